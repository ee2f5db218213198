package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.plan.MigrateFlexv;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** FlexVolumes become volumes of this driver. */
@Command(
    name = "migrate-flexv",
    description = "Make a volume of this driver of a FlexVolume, or of all of a namespace.",
    mixinStandardHelpOptions = true)
public final class MigrateFlexvCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();
  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Parameters(
      arity = "0..1",
      paramLabel = "<volume>",
      description = "The PersistentVolume; without it all whose claims are in the namespace.")
  private @Nullable String volume;

  public MigrateFlexvCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    PlanRunner runner = new PlanRunner(session, change);
    if (volume == null) {
      String namespace = flags.namespace(session);
      MigrateFlexv.Namespace all = new MigrateFlexv.Namespace(namespace);
      return runner.run(
          all,
          all::each,
          () ->
              session
                  .reader()
                  .get()
                  .migration(pv -> namespace.isEmpty() || pv.claimNamespace().equals(namespace)));
    }
    String name = Target.parse("pv/" + volume.replaceFirst("^(pv|volume)/", "")).name();
    MigrateFlexv one = new MigrateFlexv(name);
    Predicate<Volume> isMeant = pv -> List.of(name, one.newName()).contains(pv.name());
    return runner.run(one, () -> session.reader().get().migration(isMeant));
  }
}
