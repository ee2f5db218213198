package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.device.DeviceNode;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
   * its own and only names the file of its device.
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
      return ofBtrfs(mount).filter(sys::exists).isEmpty();
    }
    return mount.device().major() != 0 && !sys.exists(mount.device());
  }

  /** Whether this is the whole filesystem on that disk, not a part of it. */
  public boolean shows(Mount mount, DeviceNumber device) {
    return mount.isWhole() && numberOf(mount).equals(device);
  }

  /** Where the file's directory is not ours to see, its name is taken for the kernel's. */
  private Optional<DeviceNumber> ofBtrfs(Mount mount) {
    Path file = Path.of(mount.source());
    Path directory = file.getParent();
    Path name = file.getFileName();
    if (!isBtrfs(mount) || name == null) {
      return Optional.empty();
    }
    if (directory == null || !Files.isDirectory(directory)) {
      return sys.findNumber(name.toString());
    }
    try {
      return DeviceNode.findNumber(Files.isSymbolicLink(file) ? file.toRealPath() : file);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Unavailable("cannot inspect " + file + ": " + e.getMessage(), e);
    }
  }

  private static boolean isBtrfs(Mount mount) {
    return mount.type().equals(FilesystemType.BTRFS.toString());
  }
}
