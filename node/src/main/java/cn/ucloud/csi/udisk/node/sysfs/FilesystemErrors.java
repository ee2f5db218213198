package cn.ucloud.csi.udisk.node.sysfs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** How many errors mounted filesystems have met, as they count them; no disk is asked. */
public final class FilesystemErrors {
  private final SysBlock sys;

  public FilesystemErrors(SysBlock sys) {
    this.sys = sys;
  }

  /**
   * Of ext4 what its superblock has counted since the last check; of btrfs what its device has,
   * since Linux 5.14. Empty for what does not count, as xfs, and for what is not mounted.
   */
  public OptionalLong count(DeviceNumber number) {
    Optional<Path> disk = sys.findDirectory(number);
    if (disk.isEmpty()) {
      return OptionalLong.empty();
    }
    Path name = disk.get().getFileName();
    Path filesystems = sys.root().resolve("fs");
    OptionalLong ext4 =
        SysAttribute.read(filesystems.resolve("ext4").resolve(name).resolve("errors_count"))
            .stream()
            .mapToLong(Long::parseLong)
            .findFirst();
    return ext4.isPresent() ? ext4 : btrfs(filesystems.resolve("btrfs"), name);
  }

  /** One device each, as this driver mounts them; its number is mostly 1. */
  private static OptionalLong btrfs(Path filesystems, Path name) {
    return SysBlock.children(filesystems, "*").stream()
        .filter(filesystem -> Files.exists(filesystem.resolve("devices").resolve(name)))
        .flatMap(filesystem -> SysBlock.children(filesystem.resolve("devinfo"), "*").stream())
        .flatMap(device -> SysAttribute.read(device.resolve("error_stats")).stream())
        .mapToLong(FilesystemErrors::sum)
        .findFirst();
  }

  /** Lines such as {@code write_errs 0}. */
  private static long sum(String lines) {
    return lines
        .lines()
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
