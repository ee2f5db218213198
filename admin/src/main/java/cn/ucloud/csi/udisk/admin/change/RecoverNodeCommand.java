package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.plan.RecoverNode;
import cn.ucloud.csi.udisk.admin.read.Part;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A node whose host is off. */
@Command(
    name = "recover-node",
    description = "Move the pods of a node whose host is off; --back when it is on again.",
    mixinStandardHelpOptions = true)
public final class RecoverNodeCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Parameters(paramLabel = "<node>", description = "The name of the Node.")
  private String node = "";

  @Option(names = "--back", description = "The host is back: take the taint away.")
  private boolean isBack;

  public RecoverNodeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    String name = Target.parse("node/" + node.replaceFirst("^node/", "")).name();
    return new PlanRunner(session, change)
        .run(
            new RecoverNode(name, isBack),
            () -> session.reader().get().node(name, EnumSet.noneOf(Part.class)));
  }
}
