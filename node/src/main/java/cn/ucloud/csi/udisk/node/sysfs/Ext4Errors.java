package cn.ucloud.csi.udisk.node.sysfs;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The errors that a mounted ext4 has met, as the kernel counts them; no disk is asked. */
public final class Ext4Errors {
  private static final Path DEVICES = Path.of("/sys/dev/block");
  private static final Path FILESYSTEMS = Path.of("/sys/fs/ext4");

  private Ext4Errors() {}

  /**
   * Whether it has met any since it was checked; false for what is no mounted ext4.
   *
   * @throws Unavailable if that cannot be read
   */
  public static boolean areCounted(DeviceNumber number) {
    try {
      Path name = DEVICES.resolve(number.toString()).toRealPath().getFileName();
      return !Files.readString(FILESYSTEMS.resolve(name).resolve("errors_count"))
          .strip()
          .equals("0");
    } catch (NoSuchFileException _) {
      return false;
    } catch (IOException e) {
      throw new Unavailable("the errors of the ext4 on " + number + " cannot be read: " + e, e);
    }
  }
}
