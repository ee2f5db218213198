package cn.ucloud.csi.udisk.common.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two files, {@code alive} and {@code ready}, that say what the health pages do: a probe that reads
 * them depends on no port, which another process may have, and asks nobody else by mistake.
 *
 * <p>Each is one line, {@code ok} or {@code not ok} and a sentence, and as good as it is young: a
 * process that hangs writes none. The launch script reads them, {@code udisk-csi alive}.
 */
public final class HealthFiles implements AutoCloseable {
  /** A sixth of the age at which the launch script takes them for outdated. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(HealthFiles.class);

  private final Path directory;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean fails;

  private HealthFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes them now and every 10 s. A directory that cannot be written to is logged once; the
   * probes will end the process for it.
   *
   * @param alive whether this process should be left alone, or restarted
   * @param inOrder whether it does what it should, if only to stand by; may take some seconds
   */
  public static HealthFiles start(
      Path directory, Supplier<Health> alive, Supplier<Health> inOrder) {
    HealthFiles files = new HealthFiles(directory);
    // Each on its own, because to find out whether all is in order may take long.
    Thread.ofVirtual().name("alive").start(() -> files.keep("alive", alive));
    Thread.ofVirtual().name("ready").start(() -> files.keep("ready", inOrder));
    return files;
  }

  private void keep(String name, Supplier<Health> health) {
    try {
      do {
        Health found = health.get();
        write(name, (found.isFine() ? "ok " : "not ok: ") + found.sentence() + "\n");
      } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Readers see the old line or the new one. */
  private void write(String name, String line) {
    Path file = directory.resolve(name);
    Path unfinished = directory.resolve("." + name);
    try {
      Files.createDirectories(directory);
      Files.writeString(unfinished, line);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      fails = false;
    } catch (IOException e) {
      if (!fails) {
        LOG.warn("cannot write {}, which probes ask for: {}", file, e.toString());
      }
      fails = true;
    }
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
