package cn.ucloud.csi.udisk.it;

import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Programs that a person would run. */
public final class Shell {
  private Shell() {}

  /** What the program printed on both streams; it must succeed. */
  public static String run(String... command) {
    Result result = attempt("", command);
    if (result.code() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + result.output());
    }
    return result.output();
  }

  /** How a program ended. */
  record Result(int code, String output) {}

  static Result attempt(String input, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " does not end");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
