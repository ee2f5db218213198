package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.check.SubjectFindings;
import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.NodeLooks;
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
import java.util.List;
import java.util.Optional;
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

  @Option(names = "--node", description = "Look also at the nodes: devices, serials, mounts.")
  private boolean isNode;

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
    Facts facts = facts(target);
    if (isNode && saved == null) {
      NodeLooks looks = NodeLooks.of(session, flags, target, facts);
      if (session.invocation().isNext()) {
        return looks.ask();
      }
      facts = looks.added();
    }
    Links links = new Links(facts);
    List<Finding> findings = Checks.run(links);
    if (flags.isJson()) {
      FactsJson.write(findings, session.out());
      return ExitCode.of(links.facts(), findings);
    }
    return target.map(one -> doctor(one, links, findings)).orElseGet(() -> all(links, findings));
  }

  private Facts facts(Optional<Target> target) throws IOException {
    if (saved != null) {
      try (InputStream json = Files.newInputStream(saved)) {
        return FactsJson.read(json);
      }
    }
    Questions questions = new Questions(session, flags);
    return target.map(questions::about).orElseGet(questions::asked);
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
    for (Claim claim : claims) {
      Optional<Pod> pod =
          TargetObjects.pod(target, flags.namespace(session), links).or(() -> user(claim, links));
      List<Walk.Step> steps = Walk.of(claim, pod, links, findings);
      session.print(new WalkScreen(session.messages()).lines("pvc " + claim.key(), steps));
    }
    SubjectFindings bySubject = new SubjectFindings(findings);
    List<Finding> rest =
        TargetObjects.volumes(target, flags.namespace(session), links).stream()
            .flatMap(volume -> bySubject.around(volume, links).stream())
            .distinct()
            .toList();
    if (!rest.isEmpty() || claims.isEmpty()) {
      session.print(
          new FindingScreen(session.messages(), session.invocation().width()).lines(rest));
    }
    return ExitCode.of(links.facts(), rest);
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
