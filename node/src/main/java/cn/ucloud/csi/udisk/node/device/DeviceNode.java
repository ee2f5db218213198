package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that stands for a device. */
public final class DeviceNode {
  private static final int S_IFMT = 0xf000;
  private static final int S_IFBLK = 0x6000;

  private DeviceNode() {}

  /**
   * Which device the file is; empty if there is no file, or it is no block device. Does not open
   * the device and does not follow a link.
   *
   * @throws IOException if it cannot be looked at
   */
  public static Optional<DeviceNumber> findNumber(Path file) throws IOException {
    try {
      if ((stat(file, "mode") & S_IFMT) != S_IFBLK) {
        return Optional.empty();
      }
      return Optional.of(DeviceNumber.ofStat(stat(file, "rdev")));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static long stat(Path file, String field) throws IOException {
    Object value = Files.getAttribute(file, "unix:" + field, LinkOption.NOFOLLOW_LINKS);
    return value instanceof Number number ? number.longValue() : 0;
  }
}
