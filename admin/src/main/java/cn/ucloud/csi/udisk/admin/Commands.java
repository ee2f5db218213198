package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.admin.ask.CheckCommand;
import cn.ucloud.csi.udisk.admin.ask.ColdStartCommand;
import cn.ucloud.csi.udisk.admin.ask.DoctorCommand;
import cn.ucloud.csi.udisk.admin.ask.MapCommand;
import cn.ucloud.csi.udisk.admin.ask.ReportCommand;
import cn.ucloud.csi.udisk.admin.ask.SimulateCommand;
import cn.ucloud.csi.udisk.admin.ask.StatusCommand;
import cn.ucloud.csi.udisk.admin.ask.SupportBundleCommand;
import cn.ucloud.csi.udisk.admin.change.AdoptCommand;
import cn.ucloud.csi.udisk.admin.change.KeysCommand;
import cn.ucloud.csi.udisk.admin.change.LeaksCommand;
import cn.ucloud.csi.udisk.admin.change.MigrateFlexvCommand;
import cn.ucloud.csi.udisk.admin.change.ProtectCommand;
import cn.ucloud.csi.udisk.admin.change.RebindCommand;
import cn.ucloud.csi.udisk.admin.change.RecoverNodeCommand;
import cn.ucloud.csi.udisk.admin.change.RepairCommand;
import cn.ucloud.csi.udisk.admin.change.SmokeCommand;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** All commands under one name. */
@Command(
    name = "kubectl udisk",
    description = "Every question about UDisk volumes is one command; nothing changes unasked.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class,
    synopsisSubcommandLabel = "<command>")
final class Commands {
  private Commands() {}

  /** Runs one command; what is returned is the exit code, as {@link ExitCode} has them. */
  static int run(Session session) {
    return new CommandLine(new Commands())
        .addSubcommand(new StatusCommand(session))
        .addSubcommand(new MapCommand(session))
        .addSubcommand(new DoctorCommand(session))
        .addSubcommand(new ReportCommand(session))
        .addSubcommand(new SupportBundleCommand(session))
        .addSubcommand(new CheckCommand(session))
        .addSubcommand(new SimulateCommand(session))
        .addSubcommand(new ColdStartCommand(session))
        .addSubcommand(new ProtectCommand(session))
        .addSubcommand(new RebindCommand(session))
        .addSubcommand(new AdoptCommand(session))
        .addSubcommand(new RepairCommand(session))
        .addSubcommand(new RecoverNodeCommand(session))
        .addSubcommand(new MigrateFlexvCommand(session))
        .addSubcommand(new LeaksCommand(session))
        .addSubcommand(new KeysCommand(session))
        .addSubcommand(new SmokeCommand(session))
        .setOut(new PrintWriter(session.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(session.err(), true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler((failure, _, _) -> said(failure, session))
        .execute(session.invocation().words().toArray(String[]::new));
  }

  private static int said(Exception failure, Session session) throws Exception {
    switch (failure) {
      case InvalidRequest wrong -> session.err().println(wrong.sentence());
      case CannotStart cannot -> session.err().println(cannot.getMessage());
      default -> throw failure;
    }
    return ExitCode.USAGE;
  }

  /** What {@code --version} prints. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"udisk-csi " + BuildVersion.read()};
    }
  }
}
