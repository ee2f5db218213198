package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** UD16x and UD17x: disks that cost money, that are gone or broken; and what others left. */
final class DiskChecks {
  /** As the controller's own audit: what is younger may just be made. */
  private static final Duration LEAK_AGE = Duration.ofHours(1);

  private DiskChecks() {}

  /** One look suffices to tell of it, never to delete it. */
  static Stream<Finding> leaked(Links links) {
    Facts facts = links.facts();
    if (!facts.scope().isWhole(Facts.ObjectKind.VOLUMES, Facts.ObjectKind.CLAIMS)) {
      return Stream.empty();
    }
    Set<String> uids =
        facts.claims().stream().map(claim -> claim.uid()).collect(Collectors.toSet());
    return facts.disks().stream()
        .filter(disk -> disk.isOf(facts.clusterId()) && links.volumesOf(disk.id()).isEmpty())
        .filter(disk -> disk.createdAt().plus(LEAK_AGE).isBefore(facts.at()))
        .filter(disk -> uids.stream().noneMatch(disk.name()::contains))
        .map(disk ->
            Finding.of(
                Code.UD160, Subject.of(disk), disk.id(), disk.name(), disk.gib(), disk.status()));
  }

  /** Gone only if the cloud was asked for it by its id, or for all. */
  static Stream<Finding> gone(Links links) {
    return links.facts().volumes().stream()
        .filter(volume -> !volume.disk().isEmpty())
        .filter(volume -> isGone(volume, links))
        .map(volume -> Finding.of(Code.UD161, Subject.of(volume), volume.name(), volume.disk()));
  }

  private static boolean isGone(Volume volume, Links links) {
    return links.diskOf(volume).map(disk -> !disk.exists()).orElse(false);
  }

  static Stream<Finding> sameName(Links links) {
    Facts facts = links.facts();
    Map<String, List<Disk>> byName =
        facts.disks().stream()
            .filter(disk -> disk.isOf(facts.clusterId()))
            .collect(Collectors.groupingBy(Disk::name));
    return byName.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .sorted(Map.Entry.comparingByKey())
        .map(entry ->
            Finding.of(
                Code.UD162,
                Subject.of(entry.getValue().getFirst()),
                entry.getKey(),
                entry.getValue().stream().map(Disk::id).collect(Collectors.joining(", "))));
  }

  static Stream<Finding> failed(Links links) {
    return ours(links)
        .filter(disk -> disk.status().contains("FAILED"))
        .map(disk -> Finding.of(Code.UD163, Subject.of(disk), disk.id(), disk.status()));
  }

  static Stream<Finding> ending(Links links) {
    Instant soon = links.facts().at().plus(Standing.NOTICE);
    return ours(links)
        .filter(disk -> !disk.isExpired() && disk.paidUntil().isAfter(Instant.EPOCH))
        .filter(disk -> disk.paidUntil().isBefore(soon))
        .map(disk -> Finding.of(Code.UD164, Subject.of(disk), disk.id(), disk.paidUntil()));
  }

  static Stream<Finding> unpaid(Links links) {
    return ours(links)
        .filter(Disk::isExpired)
        .map(disk -> Finding.of(Code.UD165, Subject.of(disk), disk.id()));
  }

  static Stream<Finding> locked(Links links) {
    return ours(links)
        .filter(disk -> !disk.keyProblem().isEmpty())
        .map(disk -> Finding.of(Code.UD166, Subject.of(disk), disk.id(), disk.keyProblem()));
  }

  /** One whose claim waits is where it belongs. */
  static Stream<Finding> leftOfClones(Links links) {
    Facts facts = links.facts();
    if (!facts.scope().isWhole(Facts.ObjectKind.CLAIMS)) {
      return Stream.empty();
    }
    return facts.snapshots().stream()
        .filter(snapshot -> DiskName.isOfInterimSnapshot(snapshot.name(), facts.clusterId()))
        .filter(snapshot ->
            facts.claims().stream()
                .filter(claim -> claim.volume().isEmpty())
                .noneMatch(claim -> snapshot.name().contains(claim.uid())))
        .map(snapshot ->
            Finding.of(
                Code.UD167,
                new Subject("disk", snapshot.disk()),
                snapshot.id(),
                snapshot.disk(),
                snapshot.name()));
  }

  /** Those that a volume has, or that are marked as this cluster's. */
  private static Stream<Disk> ours(Links links) {
    return links.facts().disks().stream()
        .filter(
            disk -> !links.volumesOf(disk.id()).isEmpty() || disk.isOf(links.facts().clusterId()));
  }

  static Stream<Finding> flexVolumes(Links links) {
    return summed(
        Code.UD170,
        links.facts().volumes().stream().filter(volume -> volume.kind() == Volume.Kind.FLEX));
  }

  static Stream<Finding> rdmaTerms(Links links) {
    return summed(
        Code.UD172,
        links.facts().volumes().stream()
            .filter(volume ->
                volume.affinityKeys().stream().anyMatch(key -> key.endsWith("/rdma-cluster-id"))));
  }

  private static Stream<Finding> summed(Code code, Stream<Volume> volumes) {
    List<String> names = volumes.map(Volume::name).toList();
    return names.isEmpty()
        ? Stream.empty()
        : Stream.of(Finding.of(code, Subject.DRIVER, names.size(), names.getFirst()));
  }

  static Stream<Finding> closedDriver(Links links) {
    List<String> others = links.facts().driver().otherWorkloads();
    return others.isEmpty()
        ? Stream.empty()
        : Stream.of(Finding.of(Code.UD171, Subject.DRIVER, String.join(", ", others)));
  }
}
