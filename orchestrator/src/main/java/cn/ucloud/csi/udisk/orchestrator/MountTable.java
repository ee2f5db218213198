package cn.ucloud.csi.udisk.orchestrator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mounts of this process at one moment, in the order in which they were made. */
public record MountTable(List<Mount> mounts) {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  /**
   * One mount.
   *
   * @param device major and minor number of the filesystem, such as {@code 7:0}
   * @param root the directory of the filesystem that is seen at the mount point
   * @param source what was named as device
   */
  public record Mount(
      String device, String root, Path point, String options, String fsType, String source) {}

  public MountTable {
    mounts = List.copyOf(mounts);
  }

  /** Empty where there is no such table. */
  public static MountTable read() {
    if (!Files.exists(MOUNTINFO)) {
      return new MountTable(List.of());
    }
    try {
      return new MountTable(Files.readAllLines(MOUNTINFO).stream().map(MountTable::parse).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The mounts at this path, the lowest of a stack first. */
  public List<Mount> at(Path point) {
    Path real = real(point);
    return mounts.stream().filter(mount -> mount.point().equals(real)).toList();
  }

  /** The mounts at and below this directory, oldest first. */
  public List<Mount> below(Path directory) {
    Path real = real(directory);
    return mounts.stream().filter(mount -> mount.point().startsWith(real)).toList();
  }

  public boolean isMountPoint(Path point) {
    return !at(point).isEmpty();
  }

  static Mount parse(String line) {
    // 36 35 98:0 /root /point rw,noatime shared:1 - ext4 /dev/sda rw: optional fields end at "-".
    String[] fields = line.split(" ", -1);
    int dash = 6;
    while (!fields[dash].equals("-")) {
      dash++;
    }
    return new Mount(
        fields[2],
        unescaped(fields[3]),
        Path.of(unescaped(fields[4])),
        fields[5],
        fields[dash + 1],
        unescaped(fields[dash + 2]));
  }

  private static String unescaped(String field) {
    return OCTAL
        .matcher(field)
        .replaceAll(match ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}
