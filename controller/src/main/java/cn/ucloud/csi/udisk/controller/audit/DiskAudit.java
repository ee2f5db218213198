package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares, and remembers what it saw the last time: only what was seen twice in a row is a
 * finding.
 */
final class DiskAudit {
  private final LeakRule rule;
  private Set<String> suspects = Set.of();

  DiskAudit(LeakRule rule) {
    this.rule = rule;
  }

  /**
   * Compares once. If it throws, this look has not happened.
   *
   * @param disks read before the cluster is asked, so that a disk whose volume came in between has
   *     it
   */
  Findings compare(List<ListedDisk> disks, ClusterRecords cluster, Instant now) {
    ClusterRecords.View view = cluster.view();
    List<ListedDisk> leaked =
        disks.stream().filter(disk -> isOld(disk, now) && isOrphan(disk, view)).toList();
    List<ListedDisk> dangling = disks.stream().filter(disk -> isDangling(disk, view)).toList();
    List<String> names = duplicateNames(disks);
    Set<String> seen =
        Stream.of(
                keys(leaked, DiskAudit::leakKey),
                keys(dangling, DiskAudit::danglingKey),
                names.stream())
            .flatMap(Function.identity())
            .collect(Collectors.toSet());
    List<ListedDisk> leakedTwice =
        leaked.stream().filter(disk -> suspects.contains(leakKey(disk))).toList();
    Set<VolumeId> wanted = leakedTwice.isEmpty() ? Set.of() : cluster.wanted(leakedTwice);
    Findings findings =
        new Findings(
            leakedTwice.stream().filter(disk -> !wanted.contains(disk.id())).toList(),
            dangling.stream().filter(disk -> suspects.contains(danglingKey(disk))).toList(),
            names.stream().filter(suspects::contains).toList());
    suspects = seen;
    return findings;
  }

  private static Stream<String> keys(List<ListedDisk> disks, Function<ListedDisk, String> key) {
    return disks.stream().map(key);
  }

  private static String leakKey(ListedDisk disk) {
    return "leaked " + disk.id();
  }

  private static String danglingKey(ListedDisk disk) {
    return "dangling " + disk.id() + disk.host();
  }

  private boolean isMarked(ListedDisk disk) {
    return rule.isMarked(disk.name());
  }

  private boolean isOld(ListedDisk disk, Instant now) {
    return rule.isOld(Instant.ofEpochSecond(disk.createTime()), now);
  }

  private boolean isOrphan(ListedDisk disk, ClusterRecords.View view) {
    return isMarked(disk) && !view.hasVolume(disk.id());
  }

  /** Other disks of a node, such as its own data disk, are nobody's business here. */
  private boolean isDangling(ListedDisk disk, ClusterRecords.View view) {
    return disk.host().isPresent()
        && (isMarked(disk) || view.hasVolume(disk.id()))
        && view.isNode(disk)
        && !view.mayBeAttached(disk);
  }

  private List<String> duplicateNames(List<ListedDisk> disks) {
    Set<String> once = new HashSet<>();
    return disks.stream()
        .filter(this::isMarked)
        .map(ListedDisk::name)
        .filter(name -> !once.add(name))
        .distinct()
        .sorted()
        .toList();
  }
}
