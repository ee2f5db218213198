package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.admin.command.Invocation;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.screen.Messages;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.io.InputStream;
import java.io.PrintStream;
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
    Invocation invocation = Invocation.of(environment, args);
    Messages messages = Messages.of(invocation.language());
    CloudApi.Progress progress =
        (some, all) -> err.println(messages.say("progress.disks", some, all));
    Connections connections =
        new Connections(environment, invocation.isSecond() ? (_, _) -> {} : progress);
    return Commands.run(
        new Session(
            connections::reader,
            connections::keys,
            invocation,
            messages,
            TimeSource.real(),
            in,
            out,
            err));
  }
}
