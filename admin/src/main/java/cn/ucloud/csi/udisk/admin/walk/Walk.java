package cn.ucloud.csi.udisk.admin.walk;

import cn.ucloud.csi.udisk.admin.check.Code;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.check.Subject;
import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way from a claim to a pod that reads and writes, in its order: bound, scheduled, attached,
 * mounted. The first step that is not done is where one has to look.
 */
public final class Walk {
  private Walk() {}

  /** How far a step is. */
  public enum State {
    DONE,
    /** Not yet, and that is right. */
    WAITING,
    FAILED,
    NOT_REACHED
  }

  /**
   * A step.
   *
   * @param name a key of the messages
   * @param detail another one, with its arguments
   * @param findings why it fails
   */
  public record Step(
      String name, State state, String detail, List<String> args, List<Finding> findings) {

    /** The first of them, which is what the step is shown with. */
    public Optional<Finding> reason() {
      return findings.stream().findFirst();
    }
  }

  /**
   * The steps of a claim, for one of its pods.
   *
   * @param pod empty if no pod uses the claim
   */
  public static List<Step> of(Claim claim, Optional<Pod> pod, Links links, List<Finding> findings) {
    List<Step> steps = new ArrayList<>();
    Optional<Volume> volume = links.volumeOf(claim);
    steps.add(bound(claim, volume, links, about(findings, Subject.of(claim))));
    steps.add(
        scheduled(
            pod,
            steps,
            pod.map(p -> about(findings, Subject.of(p), Code.UD132)).orElse(List.of())));
    steps.add(attached(volume, pod, links, steps, findings));
    steps.add(mounted(volume, pod, steps, findings));
    return steps;
  }

  private static List<Finding> about(List<Finding> findings, Subject subject, Code... codes) {
    List<Code> some = List.of(codes);
    return findings.stream()
        .filter(finding -> finding.about().equals(subject))
        .filter(finding -> some.isEmpty() || some.contains(finding.code()))
        .toList();
  }

  private static Step bound(
      Claim claim, Optional<Volume> volume, Links links, List<Finding> findings) {
    if (volume.isPresent() && claim.isBound()) {
      Optional<Disk> disk = links.diskOf(volume.get());
      return new Step(
          "walk.bound",
          State.DONE,
          "walk.boundTo",
          List.of(
              volume.get().name(),
              volume.get().disk(),
              disk.map(Disk::type).filter(type -> !type.isEmpty()).orElse("?"),
              disk.map(Disk::zone).filter(zone -> !zone.isEmpty()).orElse("?")),
          List.of());
    }
    return new Step(
        "walk.bound",
        findings.isEmpty() ? State.WAITING : State.FAILED,
        claim.selectedNode().isEmpty() ? "walk.pending" : "walk.pendingOf",
        List.of(claim.className()),
        findings);
  }

  /** A pod is scheduled before its claim is bound where the class waits for the first consumer. */
  private static Step scheduled(Optional<Pod> pod, List<Step> before, List<Finding> findings) {
    if (pod.isEmpty()) {
      return new Step("walk.scheduled", State.WAITING, "walk.noPod", List.of(), List.of());
    }
    if (!pod.get().node().isEmpty()) {
      return new Step(
          "walk.scheduled", State.DONE, "walk.on", List.of(pod.get().node()), List.of());
    }
    return findings.isEmpty() && before.getLast().state() != State.DONE
        ? notReached("walk.scheduled")
        : new Step(
            "walk.scheduled",
            findings.isEmpty() ? State.WAITING : State.FAILED,
            "walk.waiting",
            List.of(pod.get().unscheduled()),
            findings);
  }

  private static Step notReached(String name) {
    return new Step(name, State.NOT_REACHED, "walk.notReached", List.of(), List.of());
  }

  private static Step attached(
      Optional<Volume> volume,
      Optional<Pod> pod,
      Links links,
      List<Step> before,
      List<Finding> findings) {
    if (before.stream().anyMatch(step -> step.state() != State.DONE)) {
      return notReached("walk.attached");
    }
    List<Attachment> attachments = links.attachmentsOf(volume.orElseThrow());
    List<Finding> why =
        new ArrayList<>(about(findings, Subject.of(volume.get()), Code.UD120, Code.UD123));
    attachments.forEach(attachment -> why.addAll(about(findings, Subject.of(attachment))));
    pod.ifPresent(p -> why.addAll(about(findings, Subject.of(p), Code.UD124)));
    Optional<Attachment> here =
        attachments.stream()
            .filter(attachment -> attachment.isAttached() && !attachment.isDeleting())
            .filter(attachment -> attachment.node().equals(pod.orElseThrow().node()))
            .findFirst();
    if (here.isPresent() && why.isEmpty()) {
      return new Step(
          "walk.attached",
          State.DONE,
          "walk.attachedAs",
          List.of(here.get().device(), Ages.since(here.get().createdAt(), links.facts().at())),
          List.of());
    }
    return new Step(
        "walk.attached",
        why.isEmpty() ? State.WAITING : State.FAILED,
        "walk.on",
        List.of(pod.orElseThrow().node()),
        why);
  }

  private static Step mounted(
      Optional<Volume> volume, Optional<Pod> pod, List<Step> before, List<Finding> findings) {
    if (before.stream().anyMatch(step -> step.state() != State.DONE)) {
      return notReached("walk.mounted");
    }
    Pod there = pod.orElseThrow();
    List<Finding> why = new ArrayList<>(about(findings, Subject.of(there), Code.UD150, Code.UD151));
    volume.ifPresent(v ->
        why.addAll(about(findings, Subject.of(v), Code.UD151, Code.UD152, Code.UD153, Code.UD154)));
    if (there.isReady() && why.isEmpty()) {
      return new Step("walk.mounted", State.DONE, "walk.running", List.of(), List.of());
    }
    return new Step(
        "walk.mounted",
        why.isEmpty() ? State.WAITING : State.FAILED,
        "walk.waiting",
        List.of(there.waiting().isEmpty() ? there.phase() : there.waiting()),
        why);
  }
}
