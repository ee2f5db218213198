package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.plan.Protect;
import cn.ucloud.csi.udisk.admin.read.Part;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Retain on bound volumes. */
@Command(
    name = "protect",
    description = "Bound volumes keep their disks when their claims are deleted (Retain).",
    mixinStandardHelpOptions = true)
public final class ProtectCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();
  @Mixin private final ChangeFlags change = new ChangeFlags();

  public ProtectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    return new PlanRunner(session, change)
        .run(
            new Protect(flags.namespace(session)),
            () -> session.reader().get().cluster(EnumSet.of(Part.VOLUMES)));
  }
}
