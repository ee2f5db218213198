package cn.ucloud.csi.udisk.node.linux;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import java.nio.file.Path;

/**
 * The kernel's own flag that a disk must not be written to. A read-only mount does not protect a
 * device file: it forbids changing the file, not the disk behind it.
 */
public final class ReadOnlyFlag {
  private static final long BLKROSET = 0x125d;

  private ReadOnlyFlag() {}

  /**
   * Sets or clears the flag, for every user of the disk from now on, also one that has it open.
   *
   * @throws HostRefused if the kernel refuses; then it is as it was
   */
  public static void set(Path device, boolean readOnly) {
    Libc.Answer opened = Libc.open(device.toString(), Libc.O_CLOEXEC);
    opened
        .failure()
        .ifPresent(errno -> {
          throw new HostRefused("opening " + device + " failed: " + errno);
        });
    try {
      Libc.ioctl(opened.value(), BLKROSET, readOnly ? 1 : 0)
          .failure()
          .ifPresent(errno -> {
            throw new HostRefused("making " + device + " read-only failed: " + errno);
          });
    } finally {
      Libc.close(opened.value());
    }
  }
}
