package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;

/**
 * The filesystem UUID that names its disk: a version 5 UUID (RFC 9562) of the disk id.
 *
 * <p>So the disk itself says which volume it is, on any node, without a cloud. Version 5 tells ours
 * from all others in practice: mkfs makes random ones of version 4.
 */
public record VolumeUuid(UUID uuid) {

  /** Fixed for ever: another value would make strangers of all filesystems made before. */
  private static final UUID NAMESPACE = UUID.fromString("d0f7b4a2-6a1f-4d3e-9c55-7e1b0a94c8d6");

  /** Whose filesystem it is, as far as its UUID tells. */
  public enum Owner {
    /** Made by this driver for this volume. */
    THIS_VOLUME,
    /** Made by this driver for the volume that this one is a copy of: a copy, or its source. */
    SOURCE,
    /** Made by this driver for another volume: the wrong disk, or a copy nobody told us of. */
    OTHER_VOLUME,
    /** Made by another program, such as the closed driver; nothing speaks against it. */
    NOT_STAMPED
  }

  public static VolumeUuid of(VolumeId volume) {
    ByteBuffer hash = ByteBuffer.wrap(sha1(volume.value()));
    long high = (hash.getLong() & ~0xf000L) | 0x5000L;
    long low = (hash.getLong() & ~(3L << 62)) | (2L << 62);
    return new VolumeUuid(new UUID(high, low));
  }

  /**
   * Whose filesystem carries {@code filesystemUuid}, if this is the volume's stamp; never a
   * source's.
   */
  public Owner ownerOf(Optional<String> filesystemUuid) {
    if (filesystemUuid.isEmpty()) {
      return Owner.NOT_STAMPED;
    }
    try {
      UUID found = UUID.fromString(filesystemUuid.get());
      if (found.equals(uuid)) {
        return Owner.THIS_VOLUME;
      }
      return found.version() == 5 ? Owner.OTHER_VOLUME : Owner.NOT_STAMPED;
    } catch (IllegalArgumentException _) {
      // vfat, ntfs and others have shorter ones.
      return Owner.NOT_STAMPED;
    }
  }

  private static byte[] sha1(String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(
          ByteBuffer.allocate(16)
              .putLong(NAMESPACE.getMostSignificantBits())
              .putLong(NAMESPACE.getLeastSignificantBits())
              .array());
      return digest.digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
