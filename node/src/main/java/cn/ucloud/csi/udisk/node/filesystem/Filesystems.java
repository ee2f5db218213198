package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import java.nio.file.Path;
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
    Turns turns = new Turns(isThere);
    this.ext4 = new LimitedTools(new Ext4(commands, Privileges.haveSysResource()), turns);
    this.xfs = new LimitedTools(new Xfs(commands), turns);
    this.btrfs = new LimitedTools(new Btrfs(commands, sysfsRoot), turns);
  }

  public FilesystemTools of(FilesystemType type) {
    return switch (type) {
      case EXT4 -> ext4;
      case XFS -> xfs;
      case BTRFS -> btrfs;
    };
  }
}
