package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.volume.DiskWatch.Work;
import cn.ucloud.csi.udisk.controller.volume.Orders.Change;
import java.util.List;
import java.util.Optional;

/** Deletes disks that nobody has: reads first, orders once, and answers when the disk is gone. */
final class IdempotentDeletion {
  private final UDisks disks;
  private final SnapshotReads snapshots;
  private final Orders orders;
  private final Unsettled unsettled;
  private final DeletionRule rule;

  IdempotentDeletion(
      UDisks disks,
      SnapshotReads snapshots,
      Orders orders,
      Unsettled unsettled,
      DeletionRule rule) {
    this.disks = disks;
    this.snapshots = snapshots;
    this.orders = orders;
    this.unsettled = unsettled;
    this.rule = rule;
  }

  /**
   * Deletes the volume and all that is on it. Does nothing if there is none.
   *
   * @throws Forbidden if a host has it, if it is a system disk, or if it has snapshots that may be
   *     lost with it
   */
  void delete(VolumeId volume, Progress progress) {
    progress.at("reading the disk");
    Optional<UDisk> found = orders.read(volume);
    if (found.isEmpty()) {
      return;
    }
    UDisk disk = found.get();
    requireDeletable(disk);
    Change<Boolean> change =
        new Change<>(
            volume,
            Work.DELETION,
            "deletion of " + volume,
            Optional::isPresent,
            seen -> seen.isEmpty() ? Optional.of(true) : Optional.empty());
    Optional<String> open = unsettled.otherThan(change.what(), volume.value());
    if (open.isPresent()) {
      throw new OperationPending(open.get());
    }
    requireNoSnapshots(disk, progress);
    orders.carryOut(change, progress, () -> disks.delete(disk));
  }

  private void requireNoSnapshots(UDisk disk, Progress progress) {
    if (rule == DeletionRule.DELETE_WITH_SNAPSHOTS) {
      return;
    }
    progress.at("looking for snapshots of the disk");
    List<String> left = snapshots.of(disk).stream().map(UDiskSnapshot::id).toList();
    if (!left.isEmpty()) {
      throw new Forbidden(
          "volume %s has snapshots that may be lost with it: %s; delete them first"
              .formatted(disk.id(), String.join(", ", left)));
    }
  }

  private static void requireDeletable(UDisk disk) {
    if (disk.isSystemDisk()) {
      throw new Forbidden("volume " + disk.id() + " is a system disk");
    }
    if (disk.hostId().isPresent()) {
      throw new Forbidden(
          "volume %s is attached to node %s; detach it first"
              .formatted(disk.id(), disk.hostId().get()));
    }
    switch (disk.status()) {
      case ATTACHING, DETACHING, INUSE, INITIALIZATING, INITIALIZING, CLONING, RESTORING, UNKNOWN ->
          throw new OperationPending(
              "volume %s is %s; it can be deleted later".formatted(disk.id(), disk.status()));
      case AVAILABLE, FAILED, RESTOREFAILED -> {}
    }
  }
}
