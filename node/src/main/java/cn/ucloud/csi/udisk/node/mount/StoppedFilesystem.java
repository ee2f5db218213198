package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.node.linux.DeadFilesystem;
import cn.ucloud.csi.udisk.node.linux.Errno;
import cn.ucloud.csi.udisk.node.sysfs.Ext4Errors;
import java.util.List;
import java.util.Optional;

/**
 * A filesystem that is mounted and takes no writes any more, because its disk failed or something
 * on it is damaged. It stays so, with all its mounts, until the last of them is gone and it is
 * checked and mounted anew.
 */
public final class StoppedFilesystem {
  private StoppedFilesystem() {}

  /**
   * Why the filesystem behind this mount has stopped; empty if it works. A shut down xfs shows only
   * to who opens its directory, which a disk that hangs may hold up.
   */
  public static Optional<String> findReason(MountTable table, Mount mount) {
    return findShown(table, mount)
        .or(() -> DeadFilesystem.findReason(mount.path()).map(Errno::toString));
  }

  /**
   * The same for who is about to hand it on. An ext4 whose journal could not be written learns of
   * it with the next write, which may be that of the next pod, and shows nothing before. So one is
   * made, of which nothing stays.
   */
  public static Optional<String> findReasonByWriting(MountTable table, Mount mount) {
    return findReason(table, mount)
        .or(() ->
            mount.type().equals("ext4") && !mount.options().isReadOnly() && !isReadOnly(mount)
                ? DeadFilesystem.findReasonByWriting(mount.path())
                    .map(errno -> "it takes no writes: " + errno)
                : Optional.empty());
  }

  private static boolean isReadOnly(Mount mount) {
    return List.of(mount.superOptions().split(",", -1)).contains("ro");
  }

  /**
   * The same as far as the kernel shows it by itself; no disk is asked. ext4 says so since Linux
   * 6.15. On older ones of it, and on btrfs, the filesystem is read-only while a mount of it is
   * not, since only an error, or a person, takes the one without the other; but some stable kernels
   * show neither. Then the errors of an ext4 tell, which was checked before it was mounted and
   * stops at its first one.
   */
  public static Optional<String> findShown(MountTable table, Mount mount) {
    List<String> options = List.of(mount.superOptions().split(",", -1));
    if (options.contains("emergency_ro")) {
      return Optional.of("it is read-only since an error (emergency_ro)");
    }
    if (options.contains("shutdown")) {
      return Optional.of("it was shut down after an error");
    }
    boolean turned =
        options.contains("ro")
            && table.ofFilesystem(mount.device()).anyMatch(m -> !m.options().isReadOnly());
    if (turned) {
      return Optional.of("it was mounted writable and is read-only, as after an error");
    }
    boolean failed =
        mount.type().equals("ext4")
            && !options.contains("ro")
            && !options.contains("errors=continue")
            && Ext4Errors.areCounted(mount.device());
    return failed
        ? Optional.of("it has met errors since it was checked, and stops at the first")
        : Optional.empty();
  }
}
