package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** One file in which sysfs tells something of a device. */
final class SysAttribute {
  /** What the kernel says of a device that went away while its file was opened or read. */
  private static final Set<String> GONE = Set.of("No such device", "No such device or address");

  private SysAttribute() {}

  /**
   * What the file says; empty if it says nothing, if the device has no such attribute, or if the
   * device went away.
   *
   * @throws Unavailable if it cannot be read for another reason, which proves nothing
   */
  static Optional<String> read(Path file) {
    try {
      // Serials may be padded with spaces or zero bytes.
      return Optional.of(Files.readString(file).replace("\0", "").strip())
          .filter(text -> !text.isEmpty());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      String reason = reason(e);
      if (GONE.contains(reason)) {
        return Optional.empty();
      }
      throw new Unavailable("cannot read " + file + ": " + reason, e);
    }
  }

  /** A failed open is told otherwise than a failed read. */
  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }
}
