package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All mounts of a mount namespace at one moment. */
public final class MountTable {
  /** Every byte is a character: other programs may mount at paths that are not in UTF-8. */
  static final Charset ENCODING = StandardCharsets.ISO_8859_1;

  private static final Path SOURCE = Path.of("/proc/self/mountinfo");

  /** The kernel gives the table in pieces; equal twice in a row means nothing moved meanwhile. */
  private static final int MOST_READS = 10;

  /** The text of one table is a megabyte where thousands of mounts leaked; the heap has 32. */
  private static final Object ONE_READER = new Object();

  private final String text;

  MountTable(String text) {
    this.text = text;
  }

  /**
   * Reads the table of this process as it is now.
   *
   * @throws Unavailable if the table cannot be read, or changes all the time
   */
  public static MountTable read() {
    try {
      synchronized (ONE_READER) {
        String before = text(SOURCE);
        for (int i = 1; i < MOST_READS; i++) {
          String now = text(SOURCE);
          if (now.equals(before)) {
            return new MountTable(now);
          }
          before = now;
        }
      }
      throw new Unavailable(SOURCE + " changed " + MOST_READS + " times while it was read");
    } catch (IOException e) {
      throw new Unavailable("cannot read " + SOURCE + ": " + e.getMessage(), e);
    }
  }

  /** The table of another process. */
  static MountTable of(Path process) throws IOException {
    synchronized (ONE_READER) {
      return new MountTable(text(process.resolve("mountinfo")));
    }
  }

  private static String text(Path source) throws IOException {
    return Files.readString(source, ENCODING);
  }

  /** Each is parsed when the stream comes to it: leaked mounts can be thousands. */
  public Stream<Mount> mounts() {
    return parse(text.lines());
  }

  private static Stream<Mount> parse(Stream<String> lines) {
    return lines.map(Mount::parse).flatMap(Optional::stream);
  }

  /**
   * Every mount at {@code realPath}; more than one if they are stacked. Of the hundreds of lines
   * that a node of a hundred pods has, only those that name the path are read.
   */
  public List<Mount> at(Path realPath) {
    String name = " " + Mount.escape(realPath) + " ";
    return parse(text.lines().filter(line -> line.contains(name)))
        .filter(mount -> mount.path().equals(realPath))
        .toList();
  }

  /** The mount that a look at {@code realPath} shows. */
  public Optional<Mount> topAt(Path realPath) {
    List<Mount> here = at(realPath);
    return here.stream()
        .filter(m -> here.stream().noneMatch(above -> above.parent() == m.id()))
        .findFirst();
  }
}
