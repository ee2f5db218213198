package cn.ucloud.csi.udisk.admin.facts;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A VolumeAttachment of this driver.
 *
 * @param volume the name of the PersistentVolume; empty of an inline one
 * @param nodeId as which the attacher knew the node
 * @param device the letter that the cloud gave the disk there, as the node was told it
 * @param attachError the last one; empty without
 */
public record Attachment(
    String name,
    String uid,
    String version,
    String volume,
    String node,
    String nodeId,
    boolean isAttached,
    String device,
    Instant createdAt,
    Instant deletedAt,
    String attachError,
    String detachError,
    List<String> finalizers) {

  /**
   * How the attach/detach controller names an attachment (kubernetes pkg/volume/csi,
   * getAttachmentName): a digest of disk, driver and node.
   */
  public static String nameOf(String disk, String node) {
    return "csi-" + sha256(disk + IdentityService.DRIVER_NAME + node);
  }

  /** As Kubernetes writes it into names. */
  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public boolean isDeleting() {
    return deletedAt.isAfter(Instant.EPOCH);
  }
}
