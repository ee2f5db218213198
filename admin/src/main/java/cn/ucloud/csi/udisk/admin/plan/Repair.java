package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The attachments of a volume say what the cloud says: one that is being deleted for long goes when
 * its disk is free, one of two goes when the disk is not on its node, and a disk that is on a node
 * without any is taken off, by an attachment that is made and deleted, so by the driver itself.
 *
 * @param volume the name of the volume
 */
public record Repair(String volume) implements Plan {
  private static final String FINALIZER = "external-attacher/udisk-csi-ucloud-cn";

  /** Younger deletions are the attacher's own work. */
  private static final Duration LONG = Duration.ofMinutes(2);

  @Override
  public String confirmation() {
    return volume;
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  @Override
  public Decision decide(Links links) {
    Optional<Volume> found = links.volume(volume).filter(pv -> pv.kind() == Volume.Kind.CSI);
    if (found.isEmpty()) {
      return Decision.refused("rebind.unknown", volume);
    }
    Volume pv = found.get();
    Optional<Volume> other = Steps.otherOf(pv, links);
    if (other.isPresent()) {
      return Decision.refused("disk.shared", pv.disk(), other.get().name());
    }
    Optional<Disk> disk = links.diskOf(pv);
    if (disk.isEmpty()) {
      return Decision.refused("disk.notRead", pv.disk());
    }
    if (disk.get().exists() && !disk.get().isFree() && !disk.get().isInUse()) {
      return Decision.wait(5, "repair.passing", pv.disk(), disk.get().status());
    }
    return stuck(pv, disk.get(), links)
        .or(() -> doubled(pv, disk.get(), links))
        .or(() -> dangling(pv, disk.get(), links))
        .orElseGet(() -> Decision.done("repair.done", volume));
  }

  /** The disk is where none of these attachments says, and so they are only words. */
  private Optional<Decision> stuck(Volume pv, Disk disk, Links links) {
    Optional<Attachment> stuck =
        links.attachmentsOf(pv).stream().filter(attachment -> attachment.isDeleting()).findFirst();
    if (stuck.isEmpty()) {
      return Optional.empty();
    }
    Attachment attachment = stuck.get();
    if (attachment.deletedAt().plus(LONG).isAfter(links.facts().at())) {
      return Optional.of(
          Decision.wait(
              10,
              "repair.young",
              attachment.node(),
              Ages.since(attachment.deletedAt(), links.facts().at())));
    }
    if (isOn(disk, attachment.node(), links)) {
      return Optional.of(held(pv, disk, attachment.node(), links));
    }
    if (disk.isInUse() && isInUseAt(attachment.node(), pv, links)) {
      return Optional.of(Decision.refused("repair.used", volume, attachment.node()));
    }
    if (!attachment.finalizers().equals(List.of(FINALIZER))) {
      return Optional.of(
          Decision.refused(
              "repair.finalizers", attachment.name(), String.join(", ", attachment.finalizers())));
    }
    Step step =
        Steps.patch(attachment)
            .test("/metadata/finalizers/0", FINALIZER)
            .remove("/metadata/finalizers/0")
            .step();
    return Optional.of(
        new Decision.Do(
            "repair.stuck", List.of(volume, attachment.node(), disk.id()), List.of(step)));
  }

  private static boolean isOn(Disk disk, String node, Links links) {
    return disk.isInUse()
        && links.nodeOf(disk).map(found -> found.name().equals(node)).orElse(true);
  }

  /** The disk is really there: the sentence says who holds it, and nothing is done. */
  private Decision held(Volume pv, Disk disk, String node, Links links) {
    List<String> pods =
        links.podsOf(pv).stream()
            .filter(pod -> pod.node().equals(node) && !pod.isOver())
            .map(Pod::key)
            .toList();
    return Decision.refused(
        "repair.held", disk.id(), node, pods.isEmpty() ? "-" : String.join(", ", pods));
  }

  private Optional<Decision> doubled(Volume pv, Disk disk, Links links) {
    List<Attachment> all =
        links.attachmentsOf(pv).stream().filter(attachment -> !attachment.isDeleting()).toList();
    if (all.stream().map(Attachment::node).distinct().count() < 2) {
      return Optional.empty();
    }
    if (!disk.isInUse() || links.nodeOf(disk).isEmpty()) {
      return Optional.of(Decision.refused("repair.nowhere", volume, disk.status()));
    }
    String right = links.nodeOf(disk).get().name();
    List<Attachment> wrong =
        all.stream().filter(attachment -> !attachment.node().equals(right)).toList();
    if (wrong.size() == all.size()) {
      return Optional.of(Decision.refused("repair.third", volume, right));
    }
    return wrong.stream()
        .filter(attachment -> isUsed(pv, attachment.node(), links))
        .findFirst()
        .map(attachment -> Decision.refused("repair.used", volume, attachment.node()))
        .or(() ->
            Optional.of(
                new Decision.Do(
                    "repair.doubled",
                    List.of(volume, right, wrong.getFirst().node()),
                    wrong.stream().<Step>map(Steps::delete).toList())));
  }

  /** By what kubelet says. */
  private static boolean isInUseAt(String node, Volume pv, Links links) {
    return links.node(node).filter(n -> n.volumesInUse().contains(pv.disk())).isPresent();
  }

  private static boolean isUsed(Volume pv, String node, Links links) {
    return isInUseAt(node, pv, links)
        || links.podsOf(pv).stream().anyMatch(pod -> pod.node().equals(node) && !pod.isOver());
  }

  private Optional<Decision> dangling(Volume pv, Disk disk, Links links) {
    Optional<Node> node = links.nodeOf(disk).filter(_ -> disk.isInUse());
    if (node.isEmpty()) {
      return Optional.empty();
    }
    List<Attachment> here =
        links.attachmentsOf(pv).stream()
            .filter(attachment -> attachment.node().equals(node.get().name()))
            .toList();
    if (here.isEmpty()) {
      return isUsed(pv, node.get().name(), links)
          ? Optional.of(held(pv, disk, node.get().name(), links))
          : Optional.of(
              new Decision.Do(
                  "repair.dangling",
                  List.of(disk.id(), node.get().name()),
                  List.of(Steps.create(attachment(node.get().name())))));
    }
    Attachment own = here.getFirst();
    if (!own.name().equals(ownName())) {
      return Optional.empty(); // somebody attaches it for good
    }
    return Optional.of(
        own.isAttached()
            ? new Decision.Do(
                "repair.dangling", List.of(disk.id(), own.node()), List.of(Steps.delete(own)))
            : Decision.wait(2, "repair.attaching", disk.id(), own.node()));
  }

  /** Not the name that the attach/detach controller gives: it must never take it for its own. */
  private String ownName() {
    return "udisk-repair-" + volume;
  }

  private ObjectNode attachment(String node) {
    ObjectNode attachment =
        Steps.object().put("apiVersion", "storage.k8s.io/v1").put("kind", "VolumeAttachment");
    attachment.putObject("metadata").put("name", ownName());
    ObjectNode spec = attachment.putObject("spec");
    spec.put("attacher", IdentityService.DRIVER_NAME).put("nodeName", node);
    spec.putObject("source").put("persistentVolumeName", volume);
    return attachment;
  }
}
