package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** UD12x: do the cluster's attachments and the cloud's say the same. */
final class AttachmentChecks {
  /** The driver and the attacher repair by themselves what is younger. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private AttachmentChecks() {}

  private static boolean isOlder(Instant moment, Facts facts) {
    return moment.isAfter(Instant.EPOCH) && moment.plus(LONG).isBefore(facts.at());
  }

  /** A disk on its way is nobody's fault. */
  static Stream<Finding> notThere(Links links) {
    return links.facts().attachments().stream()
        .filter(attachment -> attachment.isAttached() && !attachment.isDeleting())
        .flatMap(attachment ->
            links
                .volume(attachment.volume())
                .flatMap(links::diskOf)
                .filter(disk -> isElsewhere(disk, attachment, links))
                .map(disk ->
                    Finding.of(
                        Code.UD120,
                        links
                            .volume(attachment.volume())
                            .map(Subject::of)
                            .orElse(Subject.of(attachment)),
                        attachment.volume(),
                        attachment.node(),
                        disk.id(),
                        where(disk)))
                .stream());
  }

  private static boolean isElsewhere(Disk disk, Attachment attachment, Links links) {
    if (disk.isFree()) {
      return true;
    }
    Optional<Node> has = links.nodeOf(disk);
    return disk.isInUse() && has.isPresent() && !has.get().name().equals(attachment.node());
  }

  static String where(Disk disk) {
    return disk.host().isEmpty() ? disk.status() : disk.status() + " " + disk.host();
  }

  /** Only where all attachments were read, or those of this disk on that node. */
  static Stream<Finding> dangling(Links links) {
    return links.facts().disks().stream()
        .filter(disk -> disk.isInUse() && !links.volumesOf(disk.id()).isEmpty())
        .flatMap(disk ->
            links.nodeOf(disk).stream()
                .filter(node ->
                    links.volumesOf(disk.id()).stream()
                        .flatMap(volume -> links.attachmentsOf(volume).stream())
                        .noneMatch(attachment -> attachment.node().equals(node.name())))
                .filter(node -> isRead(links.facts(), disk.id(), node.name()))
                .map(node ->
                    Finding.of(
                        Code.UD121,
                        Subject.of(links.volumesOf(disk.id()).getFirst()),
                        disk.id(),
                        node.name(),
                        disk.host())));
  }

  /** Whether an attachment that is not there was looked for. */
  private static boolean isRead(Facts facts, String disk, String node) {
    return !facts.isUnread("volumeattachments", Attachment.nameOf(disk, node));
  }

  static Stream<Finding> deletingForLong(Links links) {
    Facts facts = links.facts();
    return facts.attachments().stream()
        .filter(attachment -> attachment.isDeleting() && isOlder(attachment.deletedAt(), facts))
        .map(attachment ->
            Finding.of(
                Code.UD122,
                Subject.of(attachment),
                attachment.volume(),
                attachment.node(),
                Ages.since(attachment.deletedAt(), facts.at()),
                attachment.detachError().isEmpty()
                    ? String.join(", ", attachment.finalizers())
                    : attachment.detachError()));
  }

  static Stream<Finding> twice(Links links) {
    return links.facts().volumes().stream()
        .flatMap(volume -> {
          List<String> nodes =
              links.attachmentsOf(volume).stream()
                  .filter(attachment -> attachment.isAttached() && !attachment.isDeleting())
                  .map(Attachment::node)
                  .distinct()
                  .toList();
          return nodes.size() < 2
              ? Stream.empty()
              : Stream.of(
                  Finding.of(
                      Code.UD123, Subject.of(volume), volume.name(), String.join(", ", nodes)));
        });
  }

  static Stream<Finding> missing(Links links) {
    Facts facts = links.facts();
    return facts.pods().stream()
        .filter(pod -> !pod.node().isEmpty() && !pod.isReady() && !pod.isOver())
        .filter(pod -> !pod.isDeleting() && isOlder(pod.createdAt(), facts))
        .flatMap(pod ->
            links.volumesOf(pod).stream()
                .filter(volume -> volume.kind() == Volume.Kind.CSI)
                .filter(volume ->
                    links.attachmentsOf(volume).stream()
                        .noneMatch(attachment -> attachment.node().equals(pod.node())))
                .filter(volume -> isRead(facts, volume.disk(), pod.node()))
                .map(volume ->
                    Finding.of(Code.UD124, Subject.of(pod), pod.key(), volume.name(), pod.node())));
  }

  static Stream<Finding> refused(Links links) {
    return links.facts().attachments().stream()
        .filter(attachment -> !attachment.isAttached() && !attachment.attachError().isEmpty())
        .map(attachment ->
            Finding.of(
                Code.UD125,
                Subject.of(attachment),
                attachment.volume(),
                attachment.node(),
                attachment.attachError()));
  }

  static Stream<Finding> ofNothing(Links links) {
    Facts.Scope scope = links.facts().scope();
    return links.facts().attachments().stream()
        .flatMap(attachment -> {
          if (scope.isWhole(Facts.ObjectKind.VOLUMES)
              && !attachment.volume().isEmpty()
              && links.volume(attachment.volume()).isEmpty()) {
            return Stream.of(
                Finding.of(
                    Code.UD126, Subject.of(attachment), attachment.name(), attachment.volume()));
          }
          return scope.isWhole(Facts.ObjectKind.NODES) && links.node(attachment.node()).isEmpty()
              ? Stream.of(
                  Finding.of(
                      Code.UD127, Subject.of(attachment), attachment.volume(), attachment.node()))
              : Stream.empty();
        });
  }
}
