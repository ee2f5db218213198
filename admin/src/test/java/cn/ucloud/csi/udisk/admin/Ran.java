package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.admin.command.Invocation;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import cn.ucloud.csi.udisk.admin.screen.Messages;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * What a command said.
 *
 * @param said by it to people while it hands out steps
 */
record Ran(int exitCode, String out, String said) {

  /** Runs a command in a shop, in English. */
  static Ran in(Shop shop, String... args) {
    return speaking("en", shop, args);
  }

  static Ran speaking(String language, Shop shop, String... args) {
    return reading("", language, shop, args);
  }

  /** With this as its standard input. */
  static Ran reading(String input, String language, Shop shop, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = run(shop, language, input, out, err, args);
    return new Ran(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A command that is given this on standard input, in English. */
  static Ran typing(String input, Shop shop, String... args) {
    return reading(input, "en", shop, args);
  }

  private static int run(
      Shop shop,
      String language,
      String input,
      ByteArrayOutputStream out,
      ByteArrayOutputStream err,
      String... args) {
    Invocation invocation = Invocation.of(Map.of("LANG", language), args);
    return Commands.run(
        new Session(
            shop::reader,
            shop::keys,
            invocation,
            Messages.of(invocation.language()),
            withoutWaiting(),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8)));
  }

  /** What a command wrote that is no text. */
  static byte[] bytes(Shop shop, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    run(shop, "en", "", out, new ByteArrayOutputStream(), args);
    return out.toByteArray();
  }

  private static TimeSource withoutWaiting() {
    return new TimeSource() {
      @Override
      public long now() {
        return 0;
      }

      @Override
      public void sleep(Duration duration) {}
    };
  }
}
