package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.volume.Polling.Awaited;
import cn.ucloud.csi.udisk.controller.volume.SendOnce.Sent;
import java.util.Optional;

/** Deletes snapshots: reads first, orders once, and answers when the snapshot is gone. */
final class IdempotentSnapshotDeletion {
  private static final String WHAT = "deletion";

  private final UDiskSnapshots snapshots;
  private final SendOnce sendOnce;
  private final Waiting waiting;
  private final SourceProtection protection;

  IdempotentSnapshotDeletion(UDiskSnapshots snapshots, Waiting waiting) {
    this.snapshots = snapshots;
    this.sendOnce = waiting.sendOnce();
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
    Sent sent = sendOnce.send(id.value(), WHAT, () -> snapshots.delete(found.get()));
    awaitGone(id, sent, progress);
    waiting.unsettled().seen(id.value(), WHAT);
  }

  private void awaitGone(SnapshotId id, Sent sent, Progress progress) {
    Timing timing = waiting.timing();
    var _ =
        waiting
            .polling()
            .until(
                new Awaited<UDiskSnapshot, Boolean>(
                    "snapshot " + id + " to be gone" + sent.remark(),
                    UDiskSnapshot::status,
                    seen -> seen.isEmpty() ? Optional.of(true) : Optional.empty()),
                sent.isAccepted() ? timing.completion() : timing.reaction(),
                progress,
                () -> snapshots.find(id));
  }
}
