package cn.ucloud.csi.udisk.node.blank;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Foreign;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Unreadable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.io.IOException;
import java.util.Optional;

/**
 * Signatures of other programs beside a filesystem that is known to be there.
 *
 * <p>Within the blocks that can be a file's, any bytes may be a pod's, also such that look like the
 * superblock of a RAID; there nothing counts. What is in front of the first file or behind the end
 * of the filesystem no pod has written.
 */
public final class ForeignSignatures {
  private ForeignSignatures() {}

  /**
   * The first one that is wholly outside of the files; empty if there is none.
   *
   * @param own the filesystem whose own signature does not count
   * @param filesBegin no file has a block before this byte
   * @param filesEnd nor from this byte on
   */
  public static Optional<DiskContent> find(
      BlockDevice device, FilesystemType own, long filesBegin, long filesEnd) {
    try (DiskReader disk = DiskReader.open(device.node())) {
      for (Signature signature : Signature.all(device.bytes())) {
        boolean outside = signature.end() <= filesBegin || signature.offset() >= filesEnd;
        if (outside && !isOwn(signature, own) && disk.has(signature)) {
          return Optional.of(
              new Foreign(
                  signature.what() + " at byte " + signature.offset() + ", beside its " + own));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(new Unreadable(String.valueOf(e.getMessage())));
    }
  }

  /** Where ext4 has its magic number, xfs has an inode number, which may be any. */
  private static boolean isOwn(Signature signature, FilesystemType own) {
    return switch (own) {
      case EXT4 -> signature.what().startsWith("ext2/3/4 ");
      case XFS -> signature.what().startsWith("xfs ") || signature.what().startsWith("ext2/3/4 ");
      case BTRFS -> signature.what().startsWith("btrfs ");
    };
  }
}
