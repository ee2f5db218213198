package cn.ucloud.csi.udisk.node.linux;

import java.util.Map;

/** Why the kernel said no; numbers as on all 64-bit Linux platforms that Java 25 runs on. */
public record Errno(int number) {
  public static final Errno EIO = new Errno(5);
  public static final Errno EBUSY = new Errno(16);

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "EPERM (not permitted; is the container privileged?)"),
          Map.entry(2, "ENOENT (does not exist)"),
          Map.entry(5, "EIO (input/output error)"),
          Map.entry(6, "ENXIO (no such device)"),
          Map.entry(12, "ENOMEM (out of memory)"),
          Map.entry(13, "EACCES (not allowed, or the device is read-only)"),
          Map.entry(15, "ENOTBLK (not a block device)"),
          Map.entry(16, "EBUSY (in use)"),
          Map.entry(19, "ENODEV (filesystem type not known to this kernel)"),
          Map.entry(20, "ENOTDIR (not a directory)"),
          Map.entry(22, "EINVAL (bad option, or not what was expected; see the kernel log)"),
          Map.entry(30, "EROFS (read-only)"),
          Map.entry(40, "ELOOP (too many symbolic links)"),
          Map.entry(107, "ENOTCONN (the server of the filesystem has ended)"),
          Map.entry(108, "ESHUTDOWN (the filesystem was shut down)"),
          Map.entry(117, "EUCLEAN (the filesystem is damaged)"));

  @Override
  public String toString() {
    return NAMES.getOrDefault(number, "errno " + number);
  }
}
