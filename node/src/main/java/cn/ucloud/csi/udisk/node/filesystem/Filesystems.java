package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import java.nio.file.Path;

/** The tools for every type of filesystem. */
public final class Filesystems {
  private final FilesystemTools ext4;
  private final FilesystemTools xfs;
  private final FilesystemTools btrfs;

  public Filesystems(CommandRunner commands, Path sysfsRoot) {
    this.ext4 = new Ext4(commands, Privileges.haveSysResource());
    this.xfs = new Xfs(commands);
    this.btrfs = new Btrfs(commands, sysfsRoot);
  }

  public FilesystemTools of(FilesystemType type) {
    return switch (type) {
      case EXT4 -> ext4;
      case XFS -> xfs;
      case BTRFS -> btrfs;
    };
  }
}
