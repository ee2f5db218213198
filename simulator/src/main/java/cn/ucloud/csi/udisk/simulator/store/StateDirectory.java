package cn.ucloud.csi.udisk.simulator.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds all state of one simulator, used by one process at a time.
 *
 * <p>Every write replaces a whole file by a rename. There is no fsync: the promise is to survive
 * {@code kill -9} of the process, not a power cut of the machine, and a sync for each step would
 * make a region of ten thousand disks unusable.
 */
public final class StateDirectory implements AutoCloseable {
  private static final String SUFFIX = ".json";

  private final Path root;
  private final FileChannel lock;

  private StateDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /** Makes the directory if need be. Fails when another simulator uses it. */
  public static StateDirectory open(Path directory) {
    try {
      Path root = Files.createDirectories(directory).toRealPath();
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new IllegalStateException("another simulator uses " + root);
      }
      return new StateDirectory(root, channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the state directory " + directory, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Held by this same process.
    }
  }

  /** The real path, without symbolic links: the kernel names backing files of loop devices so. */
  public Path root() {
    return root;
  }

  public <T> List<T> readAll(String kind, Class<T> type) {
    Path directory = root.resolve("records").resolve(kind);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<T> values = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        values.add(Json.MAPPER.readValue(file.toFile(), type));
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory, e);
    }
  }

  public <T> Optional<T> find(String kind, String id, Class<T> type) {
    Path file = file(kind, id);
    try {
      return Files.exists(file)
          ? Optional.of(Json.MAPPER.readValue(file.toFile(), type))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  public void write(String kind, String id, Object value) {
    try {
      replace(file(kind, id), Json.MAPPER.writeValueAsBytes(value));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file(kind, id), e);
    }
  }

  public void delete(String kind, String id) {
    try {
      Files.deleteIfExists(file(kind, id));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file(kind, id), e);
    }
  }

  /** Puts a file in place as a whole: a reader sees the old content or the new one. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path directory = file.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.write(draft, content);
    Files.move(draft, file, ATOMIC_MOVE);
  }

  private Path file(String kind, String id) {
    return root.resolve("records").resolve(kind).resolve(id + SUFFIX);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock " + root, e);
    }
  }
}
