package cn.ucloud.csi.udisk.admin.change;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Notes;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.command.Target;
import cn.ucloud.csi.udisk.admin.facts.Event;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.object.SnapshotObjects;
import cn.ucloud.csi.udisk.admin.plan.Decision;
import cn.ucloud.csi.udisk.admin.plan.Step;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.admin.read.Part;
import cn.ucloud.csi.udisk.admin.screen.WalkScreen;
import cn.ucloud.csi.udisk.admin.smoke.Progress;
import cn.ucloud.csi.udisk.admin.smoke.Seen;
import cn.ucloud.csi.udisk.admin.smoke.Smoke;
import cn.ucloud.csi.udisk.admin.walk.Walk;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A test volume's whole life in this cluster. */
@Command(
    name = "smoke",
    description =
        "A test volume's whole life: made, written to, detached, read on again, grown, copied,"
            + " deleted. Its objects are its own, and no name has to be typed.",
    mixinStandardHelpOptions = true)
public final class SmokeCommand implements Callable<Integer> {
  private static final String LABEL = "app.kubernetes.io/name=udisk-smoke";
  private static final int MOST_EVENTS = 12;

  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();
  @Mixin private final ChangeFlags change = new ChangeFlags();

  @Option(
      names = "--class",
      paramLabel = "<class>",
      description = "Its StorageClass. Default: the cluster's default, else the first by name.")
  private String className = "";

  /** The plugin reads it, which makes the pods; here it is known and shown. */
  @Option(
      names = "--image",
      paramLabel = "<image>",
      description = "Of its pods; it needs a shell and coreutils. Default: the driver's own.")
  void image(String image) {}

  public SmokeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String namespace = flags.namespace(session);
    if (namespace.isEmpty()) {
      throw new InvalidRequest("--namespace", "must be one namespace");
    }
    Target.claimKey("any", namespace);
    boolean isNext = change.isApplied() && session.invocation().isNext();
    Progress progress =
        new Progress(isNext ? Notes.read(session.in()) : new Notes(List.of(), List.of()));
    Smoke smoke = new Smoke(session.invocation().confirmed(), className, progress);
    Facts facts = facts(namespace, progress, EnumSet.of(Part.CLASSES));
    Optional<Gap> gap = gap(facts);
    if (gap.isPresent()) {
      session.err().println(session.messages().say("plan.gap", gap.get().what(), gap.get().why()));
      return Math.max(ExitCode.ERRORS, ExitCode.ofReading(facts));
    }
    Seen seen = new Seen(namespace, new Links(facts), snapshots(namespace));
    return isNext ? next(smoke, seen) : show(smoke, seen);
  }

  private Facts facts(String namespace, Progress progress, Set<Part> parts) {
    return session
        .reader()
        .get()
        .labelled(namespace, LABEL, progress.volumes(), progress.disks(), parts);
  }

  /** What the cloud does not tell is waited for; without the cluster nothing is known. */
  private static Optional<Gap> gap(Facts facts) {
    return facts.gaps().stream()
        .filter(
            gap -> gap.kind() != Gap.Kind.KEYS_REFUSED && gap.kind() != Gap.Kind.CLOUD_UNREACHABLE)
        .findFirst();
  }

  private SnapshotObjects snapshots(String namespace) {
    try {
      return session.reader().get().snapshots(namespace, LABEL);
    } catch (Unreadable e) { // the role may be without them
      return SnapshotObjects.NONE;
    }
  }

  private int show(Smoke smoke, Seen seen) {
    Decision choice = smoke.choice(seen);
    session.print(session.messages().sentences(choice.key(), choice.args()));
    List<String> left = smoke.leftovers(seen);
    if (!left.isEmpty()) {
      session.print(List.of(session.messages().say("smoke.leftover", String.join(", ", left))));
    }
    session.print(List.of(session.messages().say("plan.nothingChanged")));
    return choice instanceof Decision.Refused ? ExitCode.ERRORS : ExitCode.FINE;
  }

  private int next(Smoke smoke, Seen seen) {
    StepLines lines = new StepLines(session.out());
    Decision decision = smoke.next(seen);
    if (!decision.key().isEmpty()) {
      session.messages().sentences(decision.key(), decision.args()).forEach(session.err()::println);
    }
    switch (decision) {
      case Decision.Done _ -> lines.print("done");
      case Decision.Wait wait -> lines.print("wait", String.valueOf(wait.seconds()));
      case Decision.Do todo -> lines.print(todo.steps());
      case Decision.Refused _ -> {
        if (!Smoke.isFailure(decision)) {
          return ExitCode.ERRORS;
        }
        explain(smoke, seen);
        lines.print(List.of(Progress.failed(seen.links().facts().at()), new Step.Pause(1)));
      }
    }
    return ExitCode.FINE;
  }

  /** How far each claim of this run is, and what was said of it. */
  private void explain(Smoke smoke, Seen seen) {
    Facts facts =
        facts(
            seen.namespace(), smoke.progress(), EnumSet.of(Part.CLASSES, Part.EVENTS, Part.DRIVER));
    Links links = new Links(facts);
    List<Finding> findings = Checks.run(links);
    for (String name : List.of(smoke.run(), smoke.copy())) {
      links
          .claim(seen.namespace() + "/" + name)
          .ifPresent(claim ->
              new WalkScreen(session.messages())
                  .lines(
                      "pvc " + claim.key(),
                      Walk.of(claim, links.podsOf(claim).stream().findFirst(), links, findings))
                  .forEach(session.err()::println));
    }
    List<Event> events =
        facts.events().stream().filter(event -> isAbout(event, smoke, links)).toList();
    events.stream()
        .skip(Math.max(0, events.size() - MOST_EVENTS))
        .map(event ->
            "  %s/%s %s: %s".formatted(event.kind(), event.name(), event.reason(), event.message()))
        .forEach(session.err()::println);
  }

  private static boolean isAbout(Event event, Smoke smoke, Links links) {
    return smoke.isOwn(event.name()) || links.volume(event.name()).isPresent();
  }
}
