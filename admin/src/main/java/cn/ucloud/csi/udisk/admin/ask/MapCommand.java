package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Code;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.check.SubjectFindings;
import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.NodeFlag;
import cn.ucloud.csi.udisk.admin.command.Questions;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.command.TargetObjects;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.FactsJson;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.screen.FindingScreen;
import cn.ucloud.csi.udisk.admin.screen.MapScreen;
import cn.ucloud.csi.udisk.admin.screen.TreeScreen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** From claim to disk to pod, a line each, or one of them as a tree. */
@Command(
    name = "map",
    description = "From claim to volume, disk, host, attachment and pods; what differs is marked.",
    mixinStandardHelpOptions = true)
public final class MapCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();

  @Mixin private final NodeFlag node = new NodeFlag();

  @Parameters(
      arity = "0..1",
      paramLabel = "<object>",
      description = "A claim, or pv/NAME, disk/ID, node/NAME, pod/NAME; all without it.")
  private @Nullable String object;

  public MapCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Questions questions = Questions.byName(session, flags);
    Optional<Target> target = Optional.ofNullable(object).map(Target::parse);
    Facts read = target.map(questions::about).orElseGet(questions::asked);
    Optional<Facts> added = node.added(session, flags, target, read);
    return added.isEmpty() ? ExitCode.FINE : show(target, added.get());
  }

  private int show(Optional<Target> target, Facts facts) throws IOException {
    Links links = new Links(facts);
    List<Finding> findings = Checks.run(links);
    if (flags.isJson()) {
      FactsJson.write(facts, session.out());
      return ExitCode.of(facts, findings);
    }
    if (target.isEmpty() || target.get().kind() == Target.Kind.NODE) {
      SubjectFindings bySubject = new SubjectFindings(findings);
      session.print(new MapScreen(session.messages(), flags.isWide()).lines(links, bySubject));
      return end(
          facts, findings, facts.volumes().stream().flatMap(v -> bySubject.of(v, links).stream()));
    }
    return tree(target.get(), links, findings);
  }

  /**
   * Says below what was not read, for without it all looks well; the exit code is by what is shown,
   * and by what is wrong with the driver or with the reading.
   */
  private int end(Facts facts, List<Finding> all, Stream<Finding> shown) {
    List<Finding> unread = all.stream().filter(finding -> finding.code() == Code.UD190).toList();
    if (!unread.isEmpty()) {
      session.print(
          new FindingScreen(session.messages(), session.invocation().width()).lines(unread));
    }
    Stream<Finding> ofNoObject =
        all.stream().filter(finding -> finding.code().isOfDriverOrReading());
    return ExitCode.of(facts, Stream.concat(shown, ofNoObject).toList());
  }

  private int tree(Target target, Links links, List<Finding> findings) {
    TreeScreen screen = new TreeScreen(session.messages());
    List<Volume> volumes = TargetObjects.volumes(target, flags.namespace(session), links);
    SubjectFindings bySubject = new SubjectFindings(findings);
    List<Finding> shown = new ArrayList<>();
    for (Volume volume : volumes) {
      List<Finding> around = bySubject.around(volume, links);
      session.print(screen.lines(volume, links, around));
      shown.addAll(around);
    }
    Optional<Claim> unbound = TargetObjects.claim(target, flags.namespace(session), links);
    if (volumes.isEmpty() && unbound.isPresent()) {
      session.print(screen.lines(unbound.get()));
    } else if (volumes.isEmpty()) {
      session.err().println(session.messages().say("unknown.object", target.name()));
      return links.facts().gaps().isEmpty() ? ExitCode.USAGE : ExitCode.of(links.facts(), findings);
    }
    return end(links.facts(), findings, shown.stream());
  }
}
