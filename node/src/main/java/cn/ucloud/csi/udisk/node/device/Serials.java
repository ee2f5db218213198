package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks disks for their serials.
 *
 * <p>Unlike everything else in sysfs, the serial of a virtio disk is not known to the kernel: each
 * read is a request to the disk. Where the disk hangs, the reader hangs with it and cannot be
 * killed. So a thread of its own reads, at most one per disk, and is waited for only so long.
 */
final class Serials {
  /** A disk answers within a millisecond, or in minutes. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final String FILE = "serial";

  private final Map<Asked, Answer> underWay = new ConcurrentHashMap<>();

  private record Asked(DeviceNumber number, OptionalLong diskseq) {}

  /** A serial that may still be on its way. */
  static final class Answer {
    private final CompletableFuture<String> serial = new CompletableFuture<>();
    private final long end = System.nanoTime() + LIMIT.toNanos();
    private final Path disk;

    private Answer(Path disk) {
      this.disk = disk;
    }

    /**
     * The serial; empty if the disk has none, or does not tell. The limit is counted from when the
     * disk was asked first, so one that hangs holds up only those who ask then.
     *
     * @throws Unavailable if the disk does not answer in time, or its answer cannot be read
     */
    String await() {
      try {
        return serial.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new Unavailable(disk.getFileName() + " does not answer", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Unavailable("waiting for the serial of " + disk + " was interrupted", e);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
    }
  }

  /** Begins to ask, or joins those who have asked already and wait. */
  Answer ask(Path disk, DeviceNumber number, OptionalLong diskseq) {
    if (isMissing(disk.resolve(FILE))) {
      Answer none = new Answer(disk);
      none.serial.complete("");
      return none;
    }
    return underWay.computeIfAbsent(new Asked(number, diskseq), asked -> start(disk, asked));
  }

  /** Most disks of other kinds have none. Any doubt is left to the read. */
  private static boolean isMissing(Path file) {
    try {
      Files.readAttributes(file, BasicFileAttributes.class);
      return false;
    } catch (NoSuchFileException _) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private Answer start(Path disk, Asked asked) {
    Answer answer = new Answer(disk);
    Thread.ofPlatform()
        .daemon()
        .name("serial of " + disk.getFileName())
        .start(() -> {
          try {
            String serial = SysAttribute.read(disk.resolve(FILE)).orElse("");
            // Nobody may join any more, so that an answer is never older than its question.
            underWay.remove(asked);
            answer.serial.complete(serial);
          } catch (RuntimeException | Error e) {
            underWay.remove(asked);
            answer.serial.completeExceptionally(e);
          }
        });
    return answer;
  }
}
