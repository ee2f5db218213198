package cn.ucloud.csi.udisk.orchestrator.demo.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One process of the demo, and what it wrote. */
public record Program(String name, Process process, Path log) {
  private static final int TAIL = 15;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  public long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Waits until the process has made this file. */
  public void awaitFile(Path file) {
    Waiting.until(
        () -> {
          boolean isThere = Files.exists(file);
          DemoError.unless(isThere || isRunning(), name + " ended at once");
          return isThere;
        },
        START_LIMIT,
        name + " does not come up");
  }

  /** Waits until it has ended by itself, and tells all that it wrote. */
  public List<String> awaitOutput() {
    try {
      DemoError.unless(
          process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS), name + " does not end");
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoError("interrupted while " + name + " runs");
    }
  }

  /** The last lines of its log. */
  public List<String> tail() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
    } catch (IOException e) {
      return List.of("(there is no log: " + e.getMessage() + ")");
    }
  }
}
