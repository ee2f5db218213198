package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.plan.Rebind;
import cn.ucloud.csi.udisk.admin.read.Part;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A Released volume is bound again. */
@Command(
    name = "rebind",
    description = "Bind a Released volume again, to a claim of its old name or another one.",
    mixinStandardHelpOptions = true)
public final class RebindCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();
  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Parameters(paramLabel = "<volume>", description = "The name of the PersistentVolume.")
  private String volume = "";

  @Option(
      names = "--to",
      paramLabel = "<[namespace/]claim>",
      description = "Another claim than that of its old name.")
  private String to = "";

  public RebindCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    String name = Target.parse("pv/" + volume.replaceFirst("^(pv|volume)/", "")).name();
    String claim = to.isEmpty() ? "" : Target.claimKey(to, flags.namespace(session));
    return new PlanRunner(session, change)
        .run(
            new Rebind(name, claim),
            () ->
                session
                    .reader()
                    .get()
                    .volume(name, claim, EnumSet.of(Part.ATTACHMENTS, Part.VOLUMES)));
  }
}
