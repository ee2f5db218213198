package cn.ucloud.csi.udisk.controller.snapshot;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.change.SendOnce.Sent;
import cn.ucloud.csi.udisk.controller.change.SourceProtection;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.polling.Poller.WaitCondition;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.util.Optional;

/** Deletes snapshots: reads first, orders once, and answers when the snapshot is gone. */
public final class DeleteSnapshot {
  private static final String WHAT = "deletion";

  private final SnapshotApi snapshots;
  private final SendOnce sendOnce;
  private final WorkContext context;
  private final SourceProtection protection;

  public DeleteSnapshot(SnapshotApi snapshots, WorkContext context) {
    this.snapshots = snapshots;
    this.sendOnce = context.sendOnce();
    this.context = context;
    this.protection = new SourceProtection(context.unanswered());
  }

  /**
   * Deletes this one snapshot. Does nothing if there is none.
   *
   * @throws OperationPending while it is being made, or a copy of it is on its way
   */
  public void delete(SnapshotId id, Progress progress) {
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
    context.unanswered().seen(id.value(), WHAT);
  }

  private void awaitGone(SnapshotId id, Sent sent, Progress progress) {
    Timing timing = context.timing();
    var _ =
        context
            .poller()
            .until(
                new WaitCondition<UDiskSnapshot, Boolean>(
                    "snapshot " + id + " to be gone" + sent.remark(),
                    UDiskSnapshot::status,
                    seen -> seen.isEmpty() ? Optional.of(true) : Optional.empty()),
                sent.isAccepted() ? timing.completion() : timing.reaction(),
                progress,
                () -> snapshots.find(id));
  }
}
