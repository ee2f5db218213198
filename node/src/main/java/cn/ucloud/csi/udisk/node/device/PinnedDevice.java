package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.linux.FailedCall;
import cn.ucloud.csi.udisk.node.linux.OpenFile;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;

/**
 * A device that is open, so that its name and number are given to no other disk, even if it is
 * detached meanwhile. Programs that are told the name then work on this device or on none.
 *
 * <p>Opened for reading only and not exclusively: it is in nobody's way.
 */
public final class PinnedDevice implements AutoCloseable {
  private final OpenFile open;

  private PinnedDevice(OpenFile open) {
    this.open = open;
  }

  /**
   * Opens the device, and makes sure that it is the one that was found.
   *
   * @throws Unavailable if it cannot be opened, or is gone by now
   */
  static PinnedDevice of(BlockDevice device, SysBlock sys) {
    PinnedDevice pinned = open(device);
    try {
      // Only what was opened before can no longer be exchanged after this look.
      if (!sys.isPresent(device.identity())) {
        throw new Unavailable(device + " went away before it was opened");
      }
      return pinned;
    } catch (RuntimeException e) {
      pinned.close();
      throw e;
    }
  }

  private static PinnedDevice open(BlockDevice device) {
    try {
      return new PinnedDevice(OpenFile.read(device.node()));
    } catch (FailedCall e) {
      throw new Unavailable("cannot open " + device + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    open.close();
  }
}
