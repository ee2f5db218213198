package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.screen.Messages;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;

/** Runs one command. */
final class Admin {
  private final Map<String, String> environment;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  Admin(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
    this.environment = Map.copyOf(environment);
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Runs it; what is returned is the exit code. */
  int run(String... args) {
    Connections connections = new Connections(environment, line -> err.println(line));
    return Commands.run(
        new Session(
            connections::reader, Messages.of(language(args)), TimeSource.real(), in, out, err),
        args);
  }

  /** The language must be known before there is a command to read its own flags. */
  private String language(String... args) {
    return Arrays.stream(args)
        .filter(arg -> arg.startsWith("--lang="))
        .map(arg -> arg.substring("--lang=".length()))
        .findFirst()
        .orElse(environment.getOrDefault("LANG", "en"));
  }
}
