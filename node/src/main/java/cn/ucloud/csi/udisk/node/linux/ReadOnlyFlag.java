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
    try (OpenFile open = OpenFile.read(device)) {
      open.ioctl(BLKROSET, readOnly ? 1 : 0);
    } catch (FailedCall e) {
      throw new HostRefused(
          "making "
              + device
              + (readOnly ? " read-only" : " writable")
              + " failed: "
              + e.getMessage(),
          e);
    }
  }
}
