package cn.ucloud.csi.udisk.controller.journal;

import cn.ucloud.csi.udisk.controller.change.RequestJournal.Left;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Note;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One small file for each request that may still be done, or whose effect was seen just now. */
final class RequestFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RequestFiles.class);
  private static final String SEEN = ".seen";

  private final Path directory;
  private final AtomicLong last = new AtomicLong();

  RequestFiles(Path directory) {
    this.directory = directory;
  }

  Note write(String key, String what) throws IOException {
    Path file = directory.resolve(Long.toString(last.incrementAndGet()));
    byte[] text = (encoded(key) + " " + encoded(what) + "\n").getBytes(StandardCharsets.UTF_8);
    // Not by a channel, which an interrupted thread would find closed.
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(text);
    }
    return new FileNote(file);
  }

  /** All that there are, in the order in which they were written; new ones come after them. */
  List<Left> read() throws IOException {
    List<Left> all = new ArrayList<>();
    for (Path file : list()) {
      String text = Files.readString(file);
      if (!text.endsWith("\n")) { // the process died while it wrote; the request was not sent
        Files.delete(file);
        continue;
      }
      String[] words = text.strip().split(" ", -1);
      if (words.length != 2) {
        throw new IOException(file + " is not as it was written");
      }
      boolean isSeen = file.toString().endsWith(SEEN);
      all.add(new Left(new FileNote(file), decoded(words[0]), decoded(words[1]), isSeen));
    }
    return all;
  }

  /** Makes the directory, with nothing in it. */
  void clear() throws IOException {
    Files.createDirectories(directory);
    for (Path file : list()) {
      Files.delete(file);
    }
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = new ArrayList<>(files.toList());
      all.sort((one, other) -> Long.compare(number(one), number(other)));
      if (!all.isEmpty()) {
        last.accumulateAndGet(number(all.getLast()), Math::max);
      }
      return all;
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NumberFormatException e) {
      throw new IOException("there is a file in " + directory + " that is not of this driver", e);
    }
  }

  private static long number(Path file) {
    String name = String.valueOf(file.getFileName());
    return Long.parseLong(
        name.endsWith(SEEN) ? name.substring(0, name.length() - SEEN.length()) : name);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** One that cannot be changed any more makes the next process wait, and nothing else. */
  private static final class FileNote implements Note {
    private Path file;

    private FileNote(Path file) {
      this.file = file;
    }

    @Override
    public synchronized void seen() {
      if (!file.toString().endsWith(SEEN)) {
        Path seen = file.resolveSibling(file.getFileName() + SEEN);
        try {
          Files.move(file, seen);
          file = seen;
        } catch (IOException e) {
          LOG.warn("cannot rename {}: {}", file, e.toString());
        }
      }
    }

    @Override
    public synchronized void remove() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("cannot delete {}: {}", file, e.toString());
      }
    }
  }
}
