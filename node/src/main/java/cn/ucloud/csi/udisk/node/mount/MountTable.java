package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All mounts of a mount namespace at one moment. */
public final class MountTable {
  /** Every byte is a character: other programs may mount at paths that are not in UTF-8. */
  static final Charset ENCODING = StandardCharsets.ISO_8859_1;

  private static final Path SOURCE = Path.of("/proc/self/mountinfo");

  /** The kernel gives the table in pieces; equal twice in a row means nothing moved meanwhile. */
  private static final int MOST_READS = 5;

  private static final int PIECE = 64 << 10;

  /** Some forty thousand mounts; the heap has 32 MiB, and a few calls read at the same time. */
  private static final int MOST_BYTES = 8 << 20;

  /** The text of one table is a megabyte where thousands of mounts leaked. */
  private static final Object ONE_READER = new Object();

  private final byte[] text;

  private MountTable(byte[] text) {
    this.text = text;
  }

  MountTable(String text) {
    this(text.getBytes(ENCODING));
  }

  /**
   * Reads the table of this process as it is now.
   *
   * @throws Unavailable if the table cannot be read, changes all the time, or is too large to keep
   */
  public static MountTable read() {
    try {
      synchronized (ONE_READER) {
        for (int i = 0; i < MOST_READS; i++) {
          byte[] text = bytes();
          if (isStill(text)) {
            return new MountTable(text);
          }
        }
      }
      throw new Unavailable(SOURCE + " changed " + MOST_READS + " times while it was read");
    } catch (IOException e) {
      throw new Unavailable("cannot read " + SOURCE + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bytes() throws IOException {
    try (InputStream source = Files.newInputStream(SOURCE)) {
      byte[] text = source.readNBytes(MOST_BYTES + 1);
      if (text.length > MOST_BYTES) {
        throw new Unavailable(
            SOURCE
                + " has more than "
                + MOST_BYTES
                + " bytes: something on this host has leaked mounts, see findmnt");
      }
      return text;
    }
  }

  /** Whether another look at the table shows the same. */
  private static boolean isStill(byte[] text) throws IOException {
    try (InputStream source = Files.newInputStream(SOURCE)) {
      byte[] piece = new byte[PIECE];
      int at = 0;
      for (int n = source.read(piece); n > 0; n = source.read(piece)) {
        if (at + n > text.length || !Arrays.equals(text, at, at + n, piece, 0, n)) {
          return false;
        }
        at += n;
      }
      return at == text.length;
    }
  }

  /** Each is parsed when the stream comes to it: leaked mounts can be thousands. */
  public Stream<Mount> mounts() {
    return with(LineFilter.containing("\n"));
  }

  /** Those that the filter lets through; each becomes text when the stream comes to it. */
  private Stream<Mount> with(LineFilter filter) {
    return IntStream.iterate(
            filter.find(text, 0, text.length),
            found -> found >= 0,
            found -> filter.find(text, lineEnd(found) + 1, text.length))
        .mapToObj(this::line)
        .map(Mount::parse)
        .flatMap(Optional::stream);
  }

  /** The one that this byte is in. */
  private String line(int at) {
    int start = at;
    while (start > 0 && text[start - 1] != '\n') {
      start--;
    }
    return new String(text, start, lineEnd(at) - start, ENCODING);
  }

  private int lineEnd(int at) {
    int end = at;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    return end;
  }

  /**
   * Every mount at {@code realPath}; more than one if they are stacked. Of the hundreds of lines
   * that a node of a hundred pods has, only those that name the path are read.
   */
  public List<Mount> at(Path realPath) {
    return with(LineFilter.containing(" " + Mount.escape(realPath) + " "))
        .filter(mount -> mount.path().equals(realPath))
        .toList();
  }

  /** Every mount at a path whose last name is this one. */
  public Stream<Mount> named(String name) {
    return with(LineFilter.containing("/" + name + " "))
        .filter(mount -> mount.path().endsWith(name));
  }

  /** All mounts of the filesystem that has this number, which of btrfs is not that of its disk. */
  public Stream<Mount> ofFilesystem(DeviceNumber filesystem) {
    return with(LineFilter.containing(" " + filesystem + " "))
        .filter(mount -> mount.device().equals(filesystem));
  }

  /**
   * All that can be of one of these disks or partitions, which {@link MountedDevices} tells for
   * each: a btrfs has a number of its own.
   */
  public Stream<Mount> onDevices(Set<DeviceNumber> devices) {
    return with(LineFilter.onDevices(devices));
  }

  /** All mounts of filesystems that volumes may have. */
  public Stream<Mount> ofVolumeTypes() {
    return with(LineFilter.ofTypes(FilesystemType.values()))
        .filter(mount -> FilesystemType.named(mount.type()).isPresent());
  }

  /** The mount that a look at {@code realPath} shows. */
  public Optional<Mount> topAt(Path realPath) {
    List<Mount> here = at(realPath);
    return here.stream()
        .filter(m -> here.stream().noneMatch(above -> above.parent() == m.id()))
        .findFirst();
  }
}
