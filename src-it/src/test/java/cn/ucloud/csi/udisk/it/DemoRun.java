package cn.ucloud.csi.udisk.it;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.demo.DemoMain;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of the demo, started as {@code make demo} starts it. */
final class DemoRun implements AutoCloseable {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private final Process process;
  private final Path output;

  private DemoRun(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** The modules before this one have been packaged, which is all that the demo needs. */
  static DemoRun start(Path output) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            "orchestrator/target/*:orchestrator/target/lib/*",
            DemoMain.class.getName());
    try {
      return new DemoRun(
          new ProcessBuilder(command)
              .directory(PROJECT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start(),
          output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the story has come to this point. */
  DemoRun awaitStep(String title) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          if (!process.isAlive()) {
            throw new AssertionError("the demo ended before \"" + title + "\":\n" + output());
          }
          return output().contains(title);
        });
    return this;
  }

  /** As {@code kill -9} does to one of its processes. */
  void kill(String program) {
    Matcher line = Pattern.compile(Pattern.quote(program) + ", pid (\\d+)").matcher(output());
    if (!line.find()) {
      throw new AssertionError("the demo does not tell the pid of " + program + ":\n" + output());
    }
    boolean _ = ProcessHandle.of(Long.parseLong(line.group(1))).orElseThrow().destroyForcibly();
  }

  /** As {@code kill -9} does to the demo, whose processes live on. */
  void killItself() {
    process.destroyForcibly();
    int _ = awaitExit();
  }

  int awaitExit() {
    try {
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the demo does not end:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As Ctrl-C does: the demo removes everything before it ends. */
  @Override
  public void close() {
    process.destroy();
    int _ = awaitExit();
  }
}
