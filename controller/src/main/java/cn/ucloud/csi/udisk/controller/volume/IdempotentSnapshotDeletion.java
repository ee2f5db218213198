package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.volume.Polling.Awaited;
import java.time.Duration;
import java.util.Optional;

/** Deletes snapshots: reads first, orders once, and answers when the snapshot is gone. */
final class IdempotentSnapshotDeletion {
  private final UDiskSnapshots snapshots;
  private final Waiting waiting;
  private final SourceProtection protection;

  IdempotentSnapshotDeletion(UDiskSnapshots snapshots, Waiting waiting) {
    this.snapshots = snapshots;
    this.waiting = waiting;
    this.protection = new SourceProtection(waiting.unsettled());
  }

  /**
   * Deletes this one snapshot. Does nothing if there is none.
   *
   * @throws OperationPending while it is being made, or a copy of it is on its way
   */
  void delete(SnapshotId id, Progress progress) {
    progress.at("reading the snapshot");
    Optional<UDiskSnapshot> found = snapshots.find(id);
    if (found.isEmpty()) {
      return;
    }
    if (found.get().status() == UDiskSnapshot.Status.CREATING) {
      throw new OperationPending("snapshot " + id + " is being created; it can be deleted later");
    }
    protection.requireUnused(id.value(), progress);
    progress.at("deleting the snapshot");
    Duration patience = waiting.timing().completion();
    String remark = "";
    try {
      snapshots.delete(found.get());
    } catch (DriverException.Uncertain e) { // the listing shows what became of it
      if (e instanceof OutcomeUnknown) {
        waiting.unsettled().add(id.value(), "deletion");
      }
      patience = waiting.timing().reaction();
      remark = " (" + e.sentence() + ")";
    } catch (DriverException.Certain e) {
      // True of this order; an earlier one may still be done.
      throw waiting.unsettled().remaining(id.value()).isZero()
          ? e
          : new OutcomeUnknown(e.sentence(), e);
    }
    awaitGone(id, remark, patience, progress);
  }

  private void awaitGone(SnapshotId id, String remark, Duration patience, Progress progress) {
    var _ =
        waiting
            .polling()
            .until(
                new Awaited<UDiskSnapshot, Boolean>(
                    "snapshot " + id + " to be gone" + remark,
                    UDiskSnapshot::status,
                    seen -> seen.isEmpty() ? Optional.of(true) : Optional.empty()),
                patience,
                progress,
                () -> snapshots.find(id));
  }
}
