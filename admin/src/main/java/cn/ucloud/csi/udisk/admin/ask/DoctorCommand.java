package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.check.Checks;
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
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.screen.FindingScreen;
import cn.ucloud.csi.udisk.admin.screen.WalkScreen;
import cn.ucloud.csi.udisk.admin.walk.Walk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All checks, or the ordered walk from one claim to its pod. */
@Command(
    name = "doctor",
    description = "What is wrong and what to do next, of everything or of one object.",
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();

  @Mixin private final NodeFlag node = new NodeFlag();

  @Option(
      names = "--facts",
      paramLabel = "<file>",
      description = "Judge the facts of a support bundle instead of this cluster.")
  private @Nullable Path saved;

  @Parameters(
      arity = "0..1",
      paramLabel = "<object>",
      description = "A claim, or pv/NAME, disk/ID, node/NAME, pod/NAME; all without it.")
  private @Nullable String object;

  public DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Optional<Target> target = Optional.ofNullable(object).map(Target::parse);
    if (saved != null) {
      try (InputStream json = Files.newInputStream(saved)) {
        return judge(target, FactsJson.read(json));
      }
    }
    Questions questions = Questions.byList(session, flags);
    Facts read = target.map(questions::about).orElseGet(questions::asked);
    Optional<Facts> added = node.added(session, flags, target, read);
    return added.isEmpty() ? ExitCode.FINE : judge(target, added.get());
  }

  private int judge(Optional<Target> target, Facts facts) throws IOException {
    Links links = new Links(facts);
    List<Finding> findings = Checks.run(links);
    if (flags.isJson()) {
      FactsJson.write(findings, session.out());
      return ExitCode.of(links.facts(), findings);
    }
    return target.map(one -> doctor(one, links, findings)).orElseGet(() -> all(links, findings));
  }

  private int all(Links links, List<Finding> findings) {
    session.print(
        new FindingScreen(session.messages(), session.invocation().width()).lines(findings));
    return ExitCode.of(links.facts(), findings);
  }

  private int doctor(Target target, Links links, List<Finding> findings) {
    List<Claim> claims = claims(target, links);
    if (claims.isEmpty()
        && TargetObjects.volumes(target, flags.namespace(session), links).isEmpty()) {
      session.err().println(session.messages().say("unknown.object", target.name()));
      return links.facts().gaps().isEmpty() ? ExitCode.USAGE : ExitCode.of(links.facts(), findings);
    }
    Set<Finding> shown = new LinkedHashSet<>();
    for (Claim claim : claims) {
      Optional<Pod> pod =
          TargetObjects.pod(target, flags.namespace(session), links).or(() -> user(claim, links));
      List<Walk.Step> steps = Walk.of(claim, pod, links, findings);
      session.print(new WalkScreen(session.messages()).lines("pvc " + claim.key(), steps));
      steps.stream().flatMap(step -> step.reason().stream()).forEach(shown::add);
    }
    SubjectFindings bySubject = new SubjectFindings(findings);
    List<Finding> rest =
        TargetObjects.volumes(target, flags.namespace(session), links).stream()
            .flatMap(volume -> bySubject.around(volume, links).stream())
            .filter(finding -> !shown.contains(finding))
            .distinct()
            .toList();
    if (!rest.isEmpty() || claims.isEmpty()) {
      session.print(
          new FindingScreen(session.messages(), session.invocation().width()).lines(rest));
    }
    return ExitCode.of(links.facts(), Stream.concat(shown.stream(), rest.stream()).toList());
  }

  private List<Claim> claims(Target target, Links links) {
    Stream<Claim> ofVolumes =
        TargetObjects.volumes(target, flags.namespace(session), links).stream()
            .map(Volume::claimKey)
            .flatMap(key -> links.claim(key).stream());
    Stream<Claim> ofPod =
        TargetObjects.pod(target, flags.namespace(session), links).stream()
            .flatMap(pod ->
                pod.claims().stream()
                    .flatMap(name -> links.claim(pod.namespace() + "/" + name).stream()));
    return Stream.of(
            TargetObjects.claim(target, flags.namespace(session), links).stream(), ofPod, ofVolumes)
        .flatMap(stream -> stream)
        .distinct()
        .toList();
  }

  /** The pod that waits, else any. */
  private static Optional<Pod> user(Claim claim, Links links) {
    List<Pod> pods = links.podsOf(claim).stream().filter(pod -> !pod.isOver()).toList();
    return pods.stream()
        .filter(pod -> !pod.isReady())
        .findFirst()
        .or(() -> pods.stream().findFirst());
  }
}
