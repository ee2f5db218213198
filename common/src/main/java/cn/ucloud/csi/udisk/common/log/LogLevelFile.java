package cn.ucloud.csi.udisk.common.log;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A file beside the socket that says another log level than the flag, for as long as it is there:
 * whoever may write it may also call the socket, so it needs no door of its own.
 */
public final class LogLevelFile implements AutoCloseable {
  /** Its name; the directory is the socket's. */
  public static final String NAME = "log-level";

  private static final Logger LOG = LoggerFactory.getLogger(LogLevelFile.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Path file;
  private final Level usual;
  private final CountDownLatch closing = new CountDownLatch(1);
  private String applied = "";

  LogLevelFile(Path file, Level usual) {
    this.file = file;
    this.usual = usual;
  }

  /**
   * Looks at the file every 5 s from now on.
   *
   * @param usual the level while there is no such file
   */
  public static LogLevelFile watch(Path file, Level usual) {
    LogLevelFile watched = new LogLevelFile(file, usual);
    Thread.ofVirtual().name("log level").start(watched::lookUntilClosed);
    return watched;
  }

  private void lookUntilClosed() {
    try {
      do {
        look();
      } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Applies what the file says now; what is no level changes nothing, and is told once. */
  void look() {
    String said = read();
    if (said.equals(applied)) {
      return;
    }
    applied = said;
    if (said.isEmpty()) {
      LOG.warn("{} is gone, the log level is {} again", file, name(usual));
      apply(usual);
      return;
    }
    parse(said)
        .ifPresentOrElse(
            level -> {
              apply(level);
              LOG.warn("the log level is {}, until {} is removed", name(level), file);
            },
            () ->
                LOG.warn(
                    "{} says \"{}\"; allowed are error, warn, info, debug and trace", file, said));
  }

  private String read() {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      LOG.debug("cannot read {}", file, e);
      return applied;
    }
  }

  private static Optional<Level> parse(String text) {
    try {
      return Optional.of(Level.valueOf(text.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String name(Level level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  private static void apply(Level level) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .setLevel(ch.qos.logback.classic.Level.convertAnSLF4JLevel(level));
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
