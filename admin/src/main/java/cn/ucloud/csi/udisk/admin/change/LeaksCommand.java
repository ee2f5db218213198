package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Code;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.plan.DropLeak;
import cn.ucloud.csi.udisk.admin.read.Part;
import cn.ucloud.csi.udisk.admin.screen.FindingScreen;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Disks that cost money and that nothing asks for. */
@Command(
    name = "leaks",
    description = "Disks of this cluster that nothing asks for; `leaks drop <disk>` deletes one.",
    mixinStandardHelpOptions = true)
public final class LeaksCommand implements Callable<Integer> {
  private static final Set<Code> LEAKS = EnumSet.of(Code.UD160, Code.UD162);

  private final Session session;

  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Parameters(
      arity = "0..2",
      paramLabel = "drop <disk>",
      description = "Without it they are shown: every disk of the region is read.")
  private @Nullable List<String> words;

  public LeaksCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (words == null || words.isEmpty()) {
      return show();
    }
    if (words.size() != 2 || !words.getFirst().equals("drop")) {
      session.err().println(session.messages().say("leak.usage"));
      return ExitCode.USAGE;
    }
    String disk = Target.parse("disk/" + words.getLast().replaceFirst("^disk/", "")).name();
    return new PlanRunner(session, change)
        .run(
            new DropLeak(disk),
            () ->
                session
                    .reader()
                    .get()
                    .clusterAndDisk(disk, EnumSet.of(Part.VOLUMES, Part.CLAIMS, Part.SNAPSHOTS)));
  }

  private int show() {
    Facts facts =
        session
            .reader()
            .get()
            .cluster(EnumSet.of(Part.VOLUMES, Part.CLAIMS, Part.NODES, Part.ALL_DISKS));
    List<Finding> found =
        Checks.run(facts).stream().filter(finding -> LEAKS.contains(finding.code())).toList();
    session.print(new FindingScreen(session.messages(), session.invocation().width()).lines(found));
    return ExitCode.of(facts, found);
  }
}
