package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** As {@link DiskAudit}, for the snapshots of this cluster. */
final class SnapshotAudit {
  private final LeakRule rule;
  private Set<SnapshotId> suspects = Set.of();

  SnapshotAudit(LeakRule rule) {
    this.rule = rule;
  }

  /**
   * Compares once. If it throws, this look has not happened.
   *
   * @param snapshots all of the region
   * @return those with this cluster's mark that nobody has on record, twice in a row
   */
  List<Snapshot> compare(List<Snapshot> snapshots, SnapshotRecords cluster, Instant now) {
    List<Snapshot> old =
        snapshots.stream()
            .filter(snapshot ->
                rule.isMarked(snapshot.name())
                    && !rule.isInterim(snapshot.name())
                    && rule.isOld(snapshot.createdAt(), now))
            .toList();
    Set<SnapshotId> onRecord = old.isEmpty() ? Set.of() : cluster.among(old);
    List<Snapshot> orphans =
        old.stream().filter(snapshot -> !onRecord.contains(snapshot.id())).toList();
    List<Snapshot> seenTwice =
        orphans.stream().filter(snapshot -> suspects.contains(snapshot.id())).toList();
    suspects = orphans.stream().map(Snapshot::id).collect(Collectors.toSet());
    return seenTwice;
  }

  /** The cluster has no records of snapshots now. */
  void forget() {
    suspects = Set.of();
  }
}
