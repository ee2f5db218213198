package cn.ucloud.csi.udisk.node.mount;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lines of a mount table, one at a time: how many there are, and how long, is up to every
 * container on the host, and must not be a question of this process's memory.
 */
final class MountLines implements Closeable {
  /** Longer than the kernel makes one: two paths of 4 KiB, each byte as four characters. */
  private static final int LONGEST = 64 << 10;

  private final InputStream source;
  private final byte[] buffer = new byte[LONGEST];
  private int start;
  private int end;

  private MountLines(InputStream source) {
    this.source = source;
  }

  /** The table of a process, such as {@code /proc/1}. */
  static MountLines of(Path process) throws IOException {
    return new MountLines(Files.newInputStream(process.resolve("mountinfo")));
  }

  /** The next line that the filter lets through; empty at the end. One too long is cut. */
  Optional<String> next(LineFilter filter) throws IOException {
    int found = filter.find(buffer, start, end);
    while (found < 0) {
      skipWholeLines();
      if (!fill()) {
        return Optional.empty();
      }
      found = filter.find(buffer, start, end);
    }
    start = lineStart(found);
    int lineEnd = lineEnd(start);
    while (lineEnd < 0 && fill()) {
      lineEnd = lineEnd(start);
    }
    int length = (lineEnd < 0 ? end : lineEnd) - start;
    String line = new String(buffer, start, length, MountTable.ENCODING);
    start = lineEnd < 0 ? end : lineEnd + 1;
    return Optional.of(line);
  }

  /** Those in the buffer; what is left is the begin of the next, or nothing if that is too long. */
  private void skipWholeLines() {
    int rest = lineStart(end);
    start = end - rest == LONGEST ? end : rest;
  }

  private int lineStart(int at) {
    int lineStart = at;
    while (lineStart > start && buffer[lineStart - 1] != '\n') {
      lineStart--;
    }
    return lineStart;
  }

  private int lineEnd(int from) {
    for (int i = from; i < end; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** False at the end of the table, or if not even the longest line has room. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    int read = end == LONGEST ? -1 : source.read(buffer, end, LONGEST - end);
    end += Math.max(0, read);
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
