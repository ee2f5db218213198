package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** All mounts of this mount namespace at one moment. */
public record MountTable(List<Mount> mounts) {
  private static final Path SOURCE = Path.of("/proc/self/mountinfo");

  /** The kernel gives the table in pieces; equal twice in a row means nothing moved meanwhile. */
  private static final int MOST_READS = 10;

  /**
   * Reads the table as it is now.
   *
   * @throws Unavailable if the table cannot be read, or changes all the time
   */
  public static MountTable read() {
    try {
      String before = Files.readString(SOURCE);
      for (int i = 1; i < MOST_READS; i++) {
        String now = Files.readString(SOURCE);
        if (now.equals(before)) {
          return parse(now);
        }
        before = now;
      }
      throw new Unavailable(SOURCE + " changed " + MOST_READS + " times while it was read");
    } catch (IOException e) {
      throw new Unavailable("cannot read " + SOURCE + ": " + e.getMessage(), e);
    }
  }

  static MountTable parse(String text) {
    return new MountTable(text.lines().map(Mount::parse).flatMap(Optional::stream).toList());
  }

  /** Every mount at {@code realPath}; more than one if they are stacked. */
  public List<Mount> at(Path realPath) {
    return mounts.stream().filter(m -> m.path().equals(realPath)).toList();
  }

  /** The mount that a look at {@code realPath} shows. */
  public Optional<Mount> topAt(Path realPath) {
    List<Mount> here = at(realPath);
    return here.stream()
        .filter(m -> here.stream().noneMatch(above -> above.parent() == m.id()))
        .findFirst();
  }
}
