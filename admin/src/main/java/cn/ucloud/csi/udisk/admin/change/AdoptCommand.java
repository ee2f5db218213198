package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.plan.Adopt;
import cn.ucloud.csi.udisk.admin.read.Part;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An existing disk becomes a volume. */
@Command(
    name = "adopt",
    description = "Make a volume and a claim of a disk that exists; its content stays as it is.",
    mixinStandardHelpOptions = true)
public final class AdoptCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();
  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Parameters(paramLabel = "<disk>", description = "The id of the disk.")
  private String disk = "";

  @Option(
      names = "--claim",
      required = true,
      paramLabel = "<[namespace/]claim>",
      description = "The claim to be made for it.")
  private String claim = "";

  @Option(
      names = "--class",
      paramLabel = "<class>",
      description = "The StorageClass of volume and claim. Default: none.")
  private String className = "";

  public AdoptCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    String id = Target.parse("disk/" + disk.replaceFirst("^disk/", "")).name();
    String key = Target.claimKey(claim, flags.namespace(session));
    return new PlanRunner(session, change)
        .run(
            new Adopt(id, key, className),
            () ->
                session
                    .reader()
                    .get()
                    .clusterAndDisk(id, EnumSet.of(Part.VOLUMES, Part.CLAIMS, Part.NODES)));
  }
}
