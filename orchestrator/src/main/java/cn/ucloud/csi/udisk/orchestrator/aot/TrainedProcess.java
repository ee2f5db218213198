package cn.ucloud.csi.udisk.orchestrator.aot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that is watched by its JVM, which writes the cache when the process ends. */
final class TrainedProcess implements AutoCloseable {
  private static final int LOOK_AGAIN_MILLIS = 50;

  private final String role;
  private final Process process;
  private final Path log;
  private final Path cache;

  private TrainedProcess(String role, Process process, Path log, Path cache) {
    this.role = role;
    this.process = process;
    this.log = log;
    this.cache = cache;
  }

  static TrainedProcess start(
      TrainingPlace school, String role, List<String> flags, Map<String, String> variables) {
    Path cache = school.cache(role);
    Path log = school.place().resolve(role + ".log");
    List<String> command = new ArrayList<>(List.of(school.script().toString(), role));
    command.addAll(flags);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(variables);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("UDISK_CSI_WRITE_CACHE", cache.toString());
    try {
      Files.deleteIfExists(cache);
      return new TrainedProcess(role, builder.start(), log, cache);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + role, e);
    }
  }

  /** Waits until the process has made this file. */
  void awaitFile(Path file) {
    try {
      for (int waited = 0; !Files.exists(file); waited += LOOK_AGAIN_MILLIS) {
        if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException(role + " has ended:\n" + log());
        }
        if (waited > TrainingPlace.PATIENCE.toMillis()) {
          throw new IllegalStateException(role + " does not come up:\n" + log());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Ends the process as kubelet does, and waits for its cache. */
  void finish() {
    process.destroy();
    try {
      if (!process.waitFor(TrainingPlace.PATIENCE)) {
        throw new IllegalStateException(role + " does not end:\n" + log());
      }
      System.out.printf("%s: %.1f MB%n", cache, Files.size(cache) / 1e6);
    } catch (IOException e) {
      throw new UncheckedIOException(role + " wrote no cache:\n" + log(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
