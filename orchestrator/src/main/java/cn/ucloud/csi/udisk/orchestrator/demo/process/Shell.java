package cn.ucloud.csi.udisk.orchestrator.demo.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Short commands that a person would type. */
public final class Shell {
  /** System tools are not on everybody's PATH. */
  public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final int SECONDS = 30;

  private Shell() {}

  /** Whether the command ended with 0; what it printed is of no interest. */
  static boolean succeeds(String... command) {
    return run(command).exitCode() == 0;
  }

  /** Standard output, without the end of line. */
  public static String output(String... command) {
    Ended ended = run(command);
    DemoError.unless(
        ended.exitCode() == 0, String.join(" ", command) + " failed: " + ended.output().strip());
    return ended.output().strip();
  }

  private record Ended(int exitCode, String output) {}

  private static Ended run(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("PATH", PATH, "LC_ALL", "C"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new DemoError(String.join(" ", command) + " does not end");
      }
      return new Ended(process.exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command[0], e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoError("interrupted during " + command[0]);
    }
  }
}
