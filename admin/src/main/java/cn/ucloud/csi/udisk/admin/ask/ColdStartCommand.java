package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.read.Part;
import cn.ucloud.csi.udisk.admin.screen.WalkScreen;
import cn.ucloud.csi.udisk.admin.walk.Order;
import cn.ucloud.csi.udisk.admin.walk.Walk;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What must be up before what, and what is. */
@Command(
    name = "cold-start",
    description = "After a power cut: what must be up before what, what is, and what is next.",
    mixinStandardHelpOptions = true)
public final class ColdStartCommand implements Callable<Integer> {
  private final Session session;

  public ColdStartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Facts facts =
        session
            .reader()
            .get()
            .cluster(EnumSet.of(Part.DRIVER, Part.NODES, Part.ATTACHMENTS, Part.KEYS));
    Links links = new Links(facts);
    List<Finding> findings = Checks.run(links);
    List<Walk.Step> steps = Order.ofColdStart(links, findings);
    session.print(new WalkScreen(session.messages()).lines("cold-start", steps));
    return ExitCode.of(facts, steps.stream().allMatch(step -> step.state() == Walk.State.DONE));
  }
}
