package cn.ucloud.csi.udisk.admin.smoke;

import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.StorageClass;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.plan.Decision;
import cn.ucloud.csi.udisk.admin.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One run: what is to be done next for a test volume to live its whole life. Decided by what is
 * there and by what was noted, so it may be asked as often as one likes.
 *
 * @param run the name of its claim and snapshot, and the beginning of all its names
 * @param wantedClass empty for any
 */
public record Smoke(String run, String wantedClass, Progress progress) {
  /** How long one stage may take. */
  static final Duration LIMIT = Duration.ofMinutes(10);

  private static final int POLL_SECONDS = 2;
  private static final String POD_FAILED = "smoke.podFailed";
  private static final String LATE = "smoke.late";

  /** The claim that is made of the snapshot, and its pod. */
  public String copy() {
    return run + "-copy";
  }

  private String pod(String mode) {
    return run + "-" + mode;
  }

  /** Whether an object of this name is of this run. */
  public boolean isOwn(String name) {
    return name.equals(run) || name.startsWith(run + "-");
  }

  /** Which class it will be of, or why of none. */
  public Decision choice(Seen seen) {
    ClassChoice choice = ClassChoice.of(wantedClass, seen.links().facts().classes());
    return choice
        .refusal()
        .orElseGet(() ->
            Decision.done(
                "smoke.would",
                choice.name(),
                seen.namespace(),
                grows(choice.name(), seen) ? "10 → 20 GiB" : "-",
                seen.snapshots().classes().stream().findFirst().orElse("-")));
  }

  /** The objects that other runs have left. */
  public List<String> leftovers(Seen seen) {
    return seen.names(name -> run.isEmpty() || !isOwn(name));
  }

  /** What is next. */
  public Decision next(Seen seen) {
    if (progress.hasFailed()) {
      return cleanedUp(seen);
    }
    if (!progress.hasBegun()) {
      return leftovers(seen).isEmpty() ? begun(seen) : deleted(seen, false);
    }
    return failure(seen)
        .or(() -> life(seen))
        .or(() -> growth(seen))
        .or(() -> copied(seen))
        .orElseGet(() -> cleanedUp(seen));
  }

  private Decision begun(Seen seen) {
    ClassChoice choice = ClassChoice.of(wantedClass, seen.links().facts().classes());
    if (choice.refusal().isPresent()) {
      return choice.refusal().get();
    }
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.Make("claim", run, List.of(choice.name(), "-")));
    steps.add(new Step.Make("pod", pod("write"), List.of(run, "write")));
    steps.addAll(Progress.begun(seen.at(), choice.name()));
    return todo("smoke.begun", List.of(run, seen.namespace(), choice.name()), steps);
  }

  /** A pod that says that the data is wrong, or that was ended. */
  private Optional<Decision> failure(Seen seen) {
    return seen.links().facts().pods().stream()
        .filter(pod -> isOwn(pod.name()) && "Failed".equals(pod.phase()))
        .findFirst()
        .map(pod ->
            Decision.refused(
                POD_FAILED, pod.name(), pod.waiting().isEmpty() ? "-" : pod.waiting()));
  }

  private Optional<Decision> life(Seen seen) {
    Optional<Volume> volume = volume(run, seen);
    if (!progress.isDone(Stage.BOUND)) {
      return Optional.of(
          volume
              .map(pv ->
                  done(
                      Stage.BOUND,
                      seen,
                      List.of(pv.disk(), progress.className()),
                      Progress.made(pv.name(), pv.disk())))
              .orElseGet(() -> pending(seen)));
    }
    Optional<Pod> writer = seen.pod(pod("write"));
    if (!progress.isDone(Stage.ATTACHED)) {
      return Optional.of(attached(Stage.ATTACHED, writer, volume, seen));
    }
    if (!progress.isDone(Stage.WRITTEN)) {
      return Optional.of(succeeded(Stage.WRITTEN, writer, seen));
    }
    if (!progress.isDone(Stage.DETACHED)) {
      boolean isFree =
          writer.isEmpty() && volume.flatMap(seen.links()::diskOf).filter(Disk::isFree).isPresent();
      return Optional.of(
          isFree
              ? done(
                  Stage.DETACHED,
                  seen,
                  List.of(),
                  new Step.Make("pod", pod("read"), List.of(run, "read")))
              : pending(seen));
    }
    Optional<Pod> reader = seen.pod(pod("read"));
    if (!progress.isDone(Stage.ATTACHED_AGAIN)) {
      return Optional.of(attached(Stage.ATTACHED_AGAIN, reader, volume, seen));
    }
    return progress.isDone(Stage.READ)
        ? Optional.empty()
        : Optional.of(succeeded(Stage.READ, reader, seen));
  }

  /** A filesystem grows while a pod uses it. */
  private Optional<Decision> growth(Seen seen) {
    if (progress.isDone(Stage.GROWN) || !grows(progress.className(), seen)) {
      return Optional.empty();
    }
    Optional<Pod> grower = seen.pod(pod("grow"));
    if (grower.isEmpty()) {
      return Optional.of(todo(List.of(new Step.Make("pod", pod("grow"), List.of(run, "grow")))));
    }
    Optional<Claim> claim = seen.claim(run);
    if ("Running".equals(grower.get().phase()) && !progress.isGrowing() && claim.isPresent()) {
      return Optional.of(
          todo(List.of(grown(seen.namespace(), claim.get()), Progress.growing(seen.at()))));
    }
    return Optional.of(succeeded(Stage.GROWN, grower, seen));
  }

  private static boolean grows(String className, Seen seen) {
    return seen.links().facts().classes().stream()
        .filter(found -> found.name().equals(className))
        .anyMatch(StorageClass::allowsExpansion);
  }

  private static Step grown(String namespace, Claim claim) {
    return new Step.Patch(
        "persistentvolumeclaim",
        namespace,
        claim.name(),
        ("[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"%s\"},"
                + "{\"op\":\"replace\",\"path\":\"/spec/resources/requests/storage\",\"value\":\"20Gi\"}]")
            .formatted(claim.uid()));
  }

  private Optional<Decision> copied(Seen seen) {
    Optional<String> snapshotClass = seen.snapshots().classes().stream().findFirst();
    if (progress.isDone(Stage.COPIED) || snapshotClass.isEmpty()) {
      return Optional.empty();
    }
    if (!progress.isDone(Stage.SNAPPED)) {
      if (seen.snapshot(run).isEmpty()) {
        return Optional.of(
            todo(List.of(new Step.Make("snapshot", run, List.of(run, snapshotClass.get())))));
      }
      return Optional.of(
          seen.snapshot(run).get().isReady()
              ? done(
                  Stage.SNAPPED,
                  seen,
                  List.of(),
                  new Step.Make("claim", copy(), List.of(progress.className(), run)),
                  new Step.Make("pod", copy(), List.of(copy(), "read")))
              : pending(seen));
    }
    Optional<Volume> volume = volume(copy(), seen);
    if (volume.isPresent() && !progress.volumes().contains(volume.get().name())) {
      return Optional.of(todo(List.of(Progress.made(volume.get().name(), volume.get().disk()))));
    }
    return Optional.of(
        volume.isPresent() ? succeeded(Stage.COPIED, seen.pod(copy()), seen) : pending(seen));
  }

  private static Optional<Volume> volume(String claim, Seen seen) {
    return seen.claim(claim)
        .filter(Claim::isBound)
        .flatMap(seen.links()::volumeOf)
        .filter(volume -> !volume.disk().isEmpty());
  }

  private Decision attached(Stage stage, Optional<Pod> pod, Optional<Volume> volume, Seen seen) {
    boolean isAttached =
        pod.filter(there -> there.isOver() || "Running".equals(there.phase())).isPresent()
            || volume.stream()
                .flatMap(pv -> seen.links().attachmentsOf(pv).stream())
                .anyMatch(attachment -> attachment.isAttached() && !attachment.isDeleting());
    return pod.isPresent() && isAttached
        ? done(stage, seen, List.of(pod.get().node()))
        : pending(seen);
  }

  /** Its pod has done what it was for, and is deleted. */
  private Decision succeeded(Stage stage, Optional<Pod> pod, Seen seen) {
    return pod.filter(there -> "Succeeded".equals(there.phase()))
        .map(there -> done(stage, seen, List.of(), seen.delete(there)))
        .orElseGet(() -> pending(seen));
  }

  private Decision done(Stage stage, Seen seen, List<String> more, Step... steps) {
    List<Step> all = new ArrayList<>(List.of(steps));
    all.add(Progress.done(stage, seen.at()));
    List<String> args = new ArrayList<>();
    args.add(Ages.since(progress.last(), seen.at()));
    args.addAll(more);
    return todo(stage.key(), args, all);
  }

  private Decision pending(Seen seen) {
    return isLate(progress.last(), seen)
        ? Decision.refused(LATE, LIMIT.toMinutes())
        : Decision.quiet(POLL_SECONDS);
  }

  private static boolean isLate(Instant since, Seen seen) {
    return since.isBefore(seen.at().minus(LIMIT));
  }

  private static Decision todo(List<Step> steps) {
    return todo("", List.of(), steps);
  }

  private static Decision todo(String key, List<String> args, List<Step> steps) {
    List<Step> all = new ArrayList<>(steps);
    all.add(new Step.Pause(POLL_SECONDS));
    return new Decision.Do(key, args, all);
  }

  /** Whether a refusal means that the volume has failed, and everything is to be deleted now. */
  public static boolean isFailure(Decision decision) {
    return decision instanceof Decision.Refused
        && (decision.key().equals(POD_FAILED) || decision.key().equals(LATE));
  }

  /** Deletes those of this run, or what others have left, and waits until they are gone. */
  private Decision deleted(Seen seen, boolean own) {
    Predicate<String> which = name -> isOwn(name) == own;
    List<String> left = seen.names(which);
    List<Step> steps = new ArrayList<>(seen.deletions(which));
    Optional<Instant> since = progress.cleaningSince(own);
    if (since.isEmpty()) {
      steps.add(Progress.cleaning(own, seen.at()));
      return own ? todo(steps) : todo("smoke.leftover", List.of(String.join(", ", left)), steps);
    }
    return steps.isEmpty() ? waiting(since.get(), left, seen) : todo(steps);
  }

  private static Decision waiting(Instant since, List<String> left, Seen seen) {
    return isLate(since, seen)
        ? Decision.refused("smoke.left", LIMIT.toMinutes(), String.join(", ", left))
        : Decision.quiet(POLL_SECONDS);
  }

  private Decision cleanedUp(Seen seen) {
    List<Step> unnoted =
        Stream.of(run, copy())
            .flatMap(claim -> volume(claim, seen).stream())
            .filter(volume -> !progress.volumes().contains(volume.name()))
            .map(volume -> Progress.made(volume.name(), volume.disk()))
            .toList();
    if (!unnoted.isEmpty()) {
      return todo(unnoted);
    }
    if (!seen.names(this::isOwn).isEmpty()) {
      return deleted(seen, true);
    }
    List<String> left =
        progress.disks().stream()
            .filter(disk -> seen.links().disk(disk).map(Disk::exists).orElse(true))
            .map(disk -> "disk/" + disk)
            .toList();
    if (!left.isEmpty()) {
      return waiting(progress.cleaningSince(true).orElse(seen.at()), left, seen);
    }
    String disks = progress.disks().isEmpty() ? "-" : String.join(", ", progress.disks());
    return progress.hasFailed()
        ? Decision.refused("smoke.failed", disks)
        : Decision.done("smoke.done", disks, Ages.of(progress.inAll(seen.at())));
  }
}
