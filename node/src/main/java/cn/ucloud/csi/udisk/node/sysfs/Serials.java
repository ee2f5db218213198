package cn.ucloud.csi.udisk.node.sysfs;

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
 * killed. So a child process reads, at most one per disk, and is waited for only so long. What a
 * disk has told is remembered: as long as its sequence number is the same it is the same disk.
 */
final class Serials {
  /** A disk answers within a millisecond, or in minutes. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final String FILE = "serial";

  private final Map<Asked, Answer> underWay = new ConcurrentHashMap<>();
  private final Map<Asked, String> told = new ConcurrentHashMap<>();

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

  /** Begins to ask, unless it is known or has been asked already, whose answer is then shared. */
  Answer ask(Path disk, DeviceNumber number, OptionalLong diskseq) {
    Asked asked = new Asked(number, diskseq);
    String known = isMissing(disk.resolve(FILE)) ? "" : told.get(asked);
    if (known != null) {
      Answer answer = new Answer(disk);
      answer.serial.complete(known);
      return answer;
    }
    return underWay.computeIfAbsent(asked, _ -> start(disk, asked));
  }

  /**
   * Disks without a sequence number can be exchanged unnoticed, and an empty serial is no proof.
   */
  private void remember(Asked asked, String serial) {
    if (asked.diskseq().isPresent() && !serial.isEmpty()) {
      told.keySet().removeIf(other -> other.number().equals(asked.number()));
      told.put(asked, serial);
    }
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
            String serial = SysAttribute.ask(disk.resolve(FILE)).orElse("");
            remember(asked, serial);
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
