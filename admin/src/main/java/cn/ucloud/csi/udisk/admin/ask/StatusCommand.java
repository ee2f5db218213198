package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.FactsJson;
import cn.ucloud.csi.udisk.admin.read.Part;
import cn.ucloud.csi.udisk.admin.screen.StatusScreen;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who acts, what there is, and how much of it is wrong; reads neither pods nor all disks. */
@Command(
    name = "status",
    description = "Who acts, keys, clock, nodes, volumes, and how much is wrong.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  private static final Set<Part> PARTS =
      EnumSet.of(
          Part.DRIVER,
          Part.NODES,
          Part.VOLUMES,
          Part.ATTACHMENTS,
          Part.CLAIMS,
          Part.CLASSES,
          Part.KEYS);

  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();

  public StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Set<Part> parts = EnumSet.copyOf(PARTS);
    if (flags.allDisks()) {
      parts.add(Part.ALL_DISKS);
    }
    Facts facts = session.reader().get().cluster(parts);
    List<Finding> findings = Checks.run(facts);
    if (flags.isJson()) {
      FactsJson.write(facts, session.out());
    } else {
      session.print(new StatusScreen(session.messages()).lines(facts, findings));
    }
    return ExitCode.of(facts, findings);
  }
}
