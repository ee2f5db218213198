package cn.ucloud.csi.udisk.node.format;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.blank.DiskContent;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Filesystem;
import cn.ucloud.csi.udisk.node.blank.ForeignSignatures;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.FilesystemTools;
import cn.ucloud.csi.udisk.node.filesystem.Filesystems;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import cn.ucloud.csi.udisk.node.filesystem.superblock.XfsSuperblock;
import java.util.Optional;
import java.util.UUID;

/**
 * Recognises a filesystem that carries the stamp of the volume, or of the volume it is a copy of,
 * by its own superblock. blkid is not asked then: it lets bytes at the end of a disk outrank a
 * filesystem, and a pod can write such bytes into a file.
 */
final class OwnFilesystem {
  private static final long KIB = 1L << 10;

  private final Filesystems filesystems;

  OwnFilesystem(Filesystems filesystems) {
    this.filesystems = filesystems;
  }

  /**
   * The filesystem, or what somebody has put beside it where no pod can write; empty if the disk
   * carries no such stamp, which says nothing about what else is on it.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it cannot be read
   */
  Optional<DiskContent> find(AllowedUuids lineage, FilesystemType type, BlockDevice device) {
    FilesystemTools tools = filesystems.of(type);
    Optional<UUID> uuid = tools.findUuid(device);
    Owner owner = lineage.ownerOf(uuid.map(UUID::toString));
    if (owner != Owner.THIS_VOLUME && owner != Owner.SOURCE) {
      return Optional.empty();
    }
    return ForeignSignatures.find(device, type, filesBegin(type, device), tools.bytes(device))
        .or(() ->
            uuid.map(found -> new Filesystem(type.toString(), Optional.of(found.toString()))));
  }

  /**
   * Where the first block that can be a file's begins, or earlier. ext4: behind the superblock are
   * the group descriptors, and room for more. xfs: one sector each for the superblock and the three
   * other headers of the first group. btrfs: all before the superblock is left free.
   */
  private static long filesBegin(FilesystemType type, BlockDevice device) {
    return switch (type) {
      case EXT4 -> 8 * KIB;
      case XFS -> 4 * XfsSuperblock.read(device).sectorBytes();
      case BTRFS -> 64 * KIB;
    };
  }
}
