package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.device.DeviceNumber;
import cn.ucloud.csi.udisk.node.device.SysBlock;
import java.nio.file.Path;
import java.util.Optional;

/** Which disk is behind a mount. */
public final class MountedDevices {
  private final SysBlock sys;

  public MountedDevices(SysBlock sys) {
    this.sys = sys;
  }

  /**
   * The number of the disk. It is that of the filesystem, except for btrfs, which has numbers of
   * its own and only names its device; the name is the kernel's as long as the disk is there.
   *
   * <p>The number may have been given to another disk since the mount was made; who has recorded an
   * identity compares it.
   */
  public DeviceNumber numberOf(Mount mount) {
    return ofBtrfs(mount).orElse(mount.device());
  }

  /** Whether the disk went away under the mount; a filesystem without a disk never loses it. */
  public boolean isGone(Mount mount) {
    if (isBtrfs(mount)) {
      return ofBtrfs(mount).isEmpty();
    }
    return mount.device().major() != 0 && !sys.exists(mount.device());
  }

  /** Whether this is the whole filesystem on that disk, not a part of it. */
  public boolean shows(Mount mount, DeviceNumber device) {
    return mount.root().equals("/") && numberOf(mount).equals(device);
  }

  private Optional<DeviceNumber> ofBtrfs(Mount mount) {
    Path name = Path.of(mount.source()).getFileName();
    return isBtrfs(mount) && name != null ? sys.findNumber(name.toString()) : Optional.empty();
  }

  private static boolean isBtrfs(Mount mount) {
    return mount.type().equals(FilesystemType.BTRFS.toString());
  }
}
