package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Event;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** UD14x and UD15x: what does not end, and what cannot be mounted. */
final class LifeChecks {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** How a node says that an error has stopped a filesystem, of which disk (errors.md). */
  private static final Pattern STOPPED =
      Pattern.compile("the filesystem of volume (\\S+) has stopped");

  private LifeChecks() {}

  private static boolean isOlder(Instant moment, Facts facts) {
    return moment.isAfter(Instant.EPOCH) && moment.plus(LONG).isBefore(facts.at());
  }

  static Stream<Finding> released(Links links) {
    return links.facts().volumes().stream()
        .filter(volume -> volume.isReleased() && volume.keepsItsDisk() && !volume.isDeleting())
        .map(volume ->
            Finding.of(
                Code.UD140, Subject.of(volume), volume.name(), volume.claimKey(), volume.disk()));
  }

  static Stream<Finding> claimDeleting(Links links) {
    Facts facts = links.facts();
    return facts.claims().stream()
        .filter(claim -> claim.isDeleting() && isOlder(claim.deletedAt(), facts))
        .map(claim ->
            Finding.of(
                Code.UD141,
                Subject.of(claim),
                claim.key(),
                Ages.since(claim.deletedAt(), facts.at()),
                holders(links.podsOf(claim), claim)));
  }

  private static String holders(List<Pod> pods, Claim claim) {
    List<String> users = pods.stream().filter(pod -> !pod.isOver()).map(Pod::name).toList();
    return users.isEmpty() ? String.join(", ", claim.finalizers()) : String.join(", ", users);
  }

  static Stream<Finding> volumeDeleting(Links links) {
    Facts facts = links.facts();
    return facts.volumes().stream()
        .filter(volume -> volume.isDeleting() && isOlder(volume.deletedAt(), facts))
        .map(volume ->
            Finding.of(
                Code.UD142,
                Subject.of(volume),
                volume.name(),
                Ages.since(volume.deletedAt(), facts.at()),
                holders(volume, links)));
  }

  private static String holders(Volume volume, Links links) {
    String nodes =
        links.attachmentsOf(volume).stream()
            .map(Attachment::node)
            .collect(Collectors.joining(", "));
    return nodes.isEmpty() ? String.join(", ", volume.finalizers()) : nodes;
  }

  static Stream<Finding> claimLost(Links links) {
    return links.facts().claims().stream()
        .filter(claim -> "Lost".equals(claim.phase()))
        .map(claim -> Finding.of(Code.UD143, Subject.of(claim), claim.key(), claim.volume()));
  }

  static Stream<Finding> notDeleted(Links links) {
    return links.facts().volumes().stream()
        .filter(volume -> "Failed".equals(volume.phase()))
        .map(volume ->
            Finding.of(
                Code.UD144, Subject.of(volume), volume.name(), volume.disk(), volume.message()));
  }

  static Stream<Finding> sameDisk(Links links) {
    return links.facts().volumes().stream()
        .filter(volume -> !volume.disk().isEmpty())
        .filter(volume -> links.volumesOf(volume.disk()).getFirst().name().equals(volume.name()))
        .filter(volume -> links.volumesOf(volume.disk()).size() > 1)
        .map(volume ->
            Finding.of(
                Code.UD145,
                Subject.of(volume),
                volume.disk(),
                links.volumesOf(volume.disk()).stream()
                    .map(Volume::name)
                    .collect(Collectors.joining(", "))));
  }

  static Stream<Finding> notMounted(Links links) {
    Facts facts = links.facts();
    return facts.pods().stream()
        .filter(pod -> !pod.node().isEmpty() && !pod.isReady() && !pod.isOver())
        .filter(pod -> isOlder(pod.createdAt(), facts))
        .flatMap(pod ->
            facts.events().stream()
                .filter(event -> event.isAbout("Pod", pod.namespace(), pod.name()))
                .filter(event -> List.of("FailedMount", "FailedMapVolume").contains(event.reason()))
                .max(Event.IN_TIME)
                .map(event -> notMounted(pod, event))
                .stream());
  }

  private static Finding notMounted(Pod pod, Event event) {
    Matcher stopped = STOPPED.matcher(event.message());
    return stopped.find()
        ? Finding.of(Code.UD151, Subject.of(pod), stopped.group(1))
        : Finding.of(Code.UD150, Subject.of(pod), pod.key(), pod.node(), event.message());
  }
}
