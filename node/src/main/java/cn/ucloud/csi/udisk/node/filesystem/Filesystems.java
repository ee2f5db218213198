package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.program.MemoryLimit;
import cn.ucloud.csi.udisk.node.program.Programs;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The tools for every type of filesystem. */
public final class Filesystems {
  private final FilesystemTools ext4;
  private final FilesystemTools xfs;
  private final FilesystemTools btrfs;

  /**
   * @param isThere whether a device is still the one that was found
   */
  public Filesystems(CommandRunner commands, Path sysfsRoot, Predicate<BlockDevice> isThere) {
    Programs programs = new Programs(commands, MemoryLimit.REAL.bytes(), isThere);
    this.ext4 = new Ext4(programs, Privileges.haveSysResource());
    this.xfs = new Xfs(programs);
    this.btrfs = new Btrfs(programs, sysfsRoot);
  }

  /**
   * The type whose superblock the disk has; empty if it has none, or several, so that it is left to
   * a closer look which of them counts.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it cannot be read
   */
  public Optional<FilesystemType> findType(BlockDevice device) {
    List<FilesystemType> found =
        Arrays.stream(FilesystemType.values())
            .filter(type -> of(type).findUuid(device).isPresent())
            .toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  public FilesystemTools of(FilesystemType type) {
    return switch (type) {
      case EXT4 -> ext4;
      case XFS -> xfs;
      case BTRFS -> btrfs;
    };
  }
}
