package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Questions;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.command.TargetObjects;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.plan.Repair;
import cn.ucloud.csi.udisk.admin.read.Part;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Attachments say what is so. */
@Command(
    name = "repair",
    description = "Attachments of a volume that are stuck, doubled or missing; with proof alone.",
    mixinStandardHelpOptions = true)
public final class RepairCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();
  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Parameters(paramLabel = "<object>", description = "A claim, or pv/NAME, disk/ID, va/NAME.")
  private String object = "";

  public RepairCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    Target target = Target.parse(object);
    Links links = new Links(Questions.byName(session, flags).about(target));
    List<Volume> volumes = TargetObjects.volumes(target, flags.namespace(session), links);
    if (volumes.size() != 1) {
      session.err().println(session.messages().say("unknown.object", object));
      return ExitCode.USAGE;
    }
    String name = volumes.getFirst().name();
    return new PlanRunner(session, change)
        .run(
            new Repair(name),
            () ->
                session
                    .reader()
                    .get()
                    .volume(name, "", EnumSet.of(Part.ATTACHMENTS, Part.VOLUMES)));
  }
}
