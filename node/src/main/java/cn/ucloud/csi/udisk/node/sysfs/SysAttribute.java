package cn.ucloud.csi.udisk.node.sysfs;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.linux.Errno;
import cn.ucloud.csi.udisk.node.linux.FailedCall;
import cn.ucloud.csi.udisk.node.linux.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** One file in which sysfs tells something of a device. */
public final class SysAttribute {
  /** What the kernel says of a device that went away while its file was opened or read. */
  private static final Set<String> GONE = Set.of("No such device", "No such device or address");

  /** ENOENT, ENXIO, ENODEV. */
  private static final Set<Integer> ABSENT = Set.of(2, 6, 19);

  /** Sysfs has no longer ones. */
  private static final int MOST_BYTES = 4096;

  private SysAttribute() {}

  /**
   * What the file says; empty if it says nothing, if the device has no such attribute, or if the
   * device went away.
   *
   * @throws Unavailable if it cannot be read for another reason, which proves nothing
   */
  public static Optional<String> read(Path file) {
    try {
      return text(Files.readString(file));
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

  /** The same for what the kernel has to ask the disk, which may hang: a child process reads it. */
  static Optional<String> ask(Path file) {
    try (OpenFile open = OpenFile.read(file)) {
      return text(new String(open.next(MOST_BYTES), StandardCharsets.UTF_8));
    } catch (FailedCall e) {
      Errno errno = e.errno();
      if (ABSENT.contains(errno.number())) {
        return Optional.empty();
      }
      throw new Unavailable("cannot read " + file + ": " + errno, e);
    }
  }

  /** Serials may be padded with spaces or zero bytes. */
  private static Optional<String> text(String content) {
    return Optional.of(content.replace("\0", "").strip()).filter(text -> !text.isEmpty());
  }

  /** A failed open is told otherwise than a failed read. */
  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }
}
