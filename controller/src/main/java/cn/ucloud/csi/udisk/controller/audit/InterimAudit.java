package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the interim snapshots removed that no claim needs any more: whoever was to remove one was
 * killed, and nobody asks for the clone again (decision 21).
 */
final class InterimAudit {
  private static final Logger LOG = LoggerFactory.getLogger(InterimAudit.class);

  private final LeakRule rule;
  private final Interims interims;
  private Set<SnapshotId> suspects = Set.of();
  private boolean mayBeLeft = true;
  private long taken;

  InterimAudit(LeakRule rule, Interims interims) {
    this.rule = rule;
    this.interims = interims;
  }

  /** Whether there may be one: until a look has shown none, and when this process has taken one. */
  boolean isDue() {
    return mayBeLeft || interims.taken() != taken;
  }

  /**
   * Looks once, and has those removed that no claim waits for, twice in a row.
   *
   * @param snapshots all of the region
   * @return those that could not be removed
   */
  List<Snapshot> clear(List<Snapshot> snapshots, ClusterRecords cluster) {
    long before = interims.taken();
    List<Snapshot> own =
        snapshots.stream().filter(snapshot -> rule.isInterim(snapshot.name())).toList();
    Set<SnapshotId> awaited = own.isEmpty() ? Set.of() : cluster.awaited(own);
    List<Snapshot> unneeded =
        own.stream().filter(snapshot -> !awaited.contains(snapshot.id())).toList();
    List<Snapshot> left = new ArrayList<>();
    for (Snapshot snapshot : unneeded) {
      if (suspects.contains(snapshot.id()) && !isRemoved(snapshot)) {
        left.add(snapshot);
      }
    }
    suspects = unneeded.stream().map(Snapshot::id).collect(Collectors.toSet());
    mayBeLeft = !own.isEmpty();
    taken = before;
    return List.copyOf(left);
  }

  private boolean isRemoved(Snapshot snapshot) {
    try {
      interims.remove(snapshot.id());
      LOG.info(
          "removed snapshot {} named {} of disk {}: a clone was to be made of it, and no claim waits for that any more",
          snapshot.id(),
          snapshot.name(),
          snapshot.source());
      return true;
    } catch (DriverException e) {
      LOG.warn("snapshot {} of a clone cannot be removed: {}", snapshot.id(), e.sentence());
      return false;
    }
  }
}
