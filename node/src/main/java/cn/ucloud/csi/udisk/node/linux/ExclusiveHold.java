package cn.ucloud.csi.udisk.node.linux;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A block device that nobody else on this host has mounted or holds, for as long as this is open.
 *
 * <p>Opened read-only with O_EXCL, which for block devices means: no mount, no device-mapper, no
 * running mkfs. Programs that take the device exclusively themselves, as mkfs does, need it closed.
 */
public final class ExclusiveHold implements AutoCloseable {
  private static final int O_EXCL = 0x80;

  private final OpenFile open;

  private ExclusiveHold(OpenFile open) {
    this.open = open;
  }

  /**
   * Takes hold of the device.
   *
   * @throws Unavailable if the device is in use, perhaps by a mkfs of ours that is not dead yet
   * @throws HostRefused if it cannot be opened at all
   */
  public static ExclusiveHold of(Path device) {
    return find(device)
        .orElseThrow(() -> new Unavailable(device + " is in use by something else on this host"));
  }

  /**
   * Whether the device is in use, also by a mount that another mount namespace sees.
   *
   * @throws HostRefused if it cannot be opened at all
   */
  public static boolean isInUse(Path device) {
    Optional<ExclusiveHold> hold = find(device);
    hold.ifPresent(ExclusiveHold::close);
    return hold.isEmpty();
  }

  private static Optional<ExclusiveHold> find(Path device) {
    try {
      return Optional.of(new ExclusiveHold(OpenFile.open(device, O_EXCL)));
    } catch (FailedCall e) {
      if (e.errno().equals(Errno.EBUSY)) {
        return Optional.empty();
      }
      throw new HostRefused("opening " + device + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    open.close();
  }
}
