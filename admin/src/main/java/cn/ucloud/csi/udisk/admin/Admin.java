package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands. */
final class Admin {
  private final PrintStream out;
  private final PrintStream err;

  Admin(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs one command; what is returned is the exit code. */
  int run(String... args) {
    CommandSpec spec =
        CommandSpec.create()
            .name("kubectl udisk")
            .version("udisk-csi " + BuildVersion.read())
            .mixinStandardHelpOptions(true);
    return new CommandLine(spec)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(args);
  }
}
