package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.attach.ForceDetach;
import cn.ucloud.csi.udisk.controller.change.DiskRequests;
import cn.ucloud.csi.udisk.controller.change.DiskRequests.Change;
import cn.ucloud.csi.udisk.controller.change.SourceProtection;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter.Work;
import cn.ucloud.csi.udisk.controller.reads.SharedSnapshotReads;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Deletes disks that nobody has: reads first, orders once, and answers when the disk is gone. */
public final class DeleteVolume {
  private final DiskApi disks;
  private final SharedSnapshotReads snapshots;
  private final DiskRequests requests;
  private final UnansweredRequests unanswered;
  private final ForceDetach forceDetach;
  private final DeletionRule rule;
  private final SourceProtection protection;

  public DeleteVolume(
      DiskApi disks,
      SharedSnapshotReads snapshots,
      DiskRequests requests,
      UnansweredRequests unanswered,
      ForceDetach forceDetach,
      DeletionRule rule) {
    this.disks = disks;
    this.snapshots = snapshots;
    this.requests = requests;
    this.unanswered = unanswered;
    this.forceDetach = forceDetach;
    this.rule = rule;
    this.protection = new SourceProtection(unanswered);
  }

  /**
   * Deletes the volume and all that is on it. Does nothing if there is none. From a host where
   * nobody uses it, it is detached first.
   *
   * @throws AttachedElsewhere if a host has it and keeps it
   * @throws PreconditionFailed if it is a system disk, or if it has snapshots that may be lost with
   *     it
   * @throws OperationPending while a copy or snapshot of it is on its way, or an earlier order
   */
  public void delete(VolumeId volume, Progress progress) {
    progress.at("reading the disk");
    Optional<UDisk> found = requests.read(volume, Optional::isEmpty, progress);
    if (found.isEmpty()) {
      return;
    }
    UDisk disk = found.get();
    if (disk.isSystemDisk()) {
      throw new PreconditionFailed("volume " + disk.id() + " is a system disk");
    }
    if (!isInUse(disk)) {
      requireFree(disk);
    }
    requireSettled(volume, progress);
    if (rule == DeletionRule.KEEP_WITH_SNAPSHOTS) {
      requireNoSnapshots(disk, progress);
    }
    if (forceDetach.release(disk, "to be deleted", progress)) {
      progress.at("reading the disk");
      requests.read(volume).ifPresent(DeleteVolume::requireFree);
    }
    order(disk, progress);
  }

  /**
   * Deletes a disk of which it has just been proved that nobody has ever used it. Does nothing if
   * there is none.
   *
   * @throws DriverException.Uncertain if it is being used by now after all, or may be gone already
   */
  void deleteUnused(VolumeId volume, Progress progress) {
    progress.at("reading the disk");
    Optional<UDisk> found = requests.read(volume, Optional::isEmpty, progress);
    if (found.isEmpty()) {
      return;
    }
    requireSettled(volume, progress);
    try {
      requireFree(found.get());
      order(found.get(), progress);
    } catch (DriverException.Certain e) { // the disk is there, and its claim is told so
      throw new OutcomeUnknown(e.sentence(), e);
    }
  }

  private void order(UDisk disk, Progress progress) {
    requests.carryOut(deletion(new VolumeId(disk.id())), progress, () -> disks.delete(disk));
  }

  private static Change<Boolean> deletion(VolumeId volume) {
    return new Change<>(
        volume,
        Work.DELETION,
        "deletion of " + volume,
        Optional::isPresent,
        seen -> seen.isEmpty() ? Optional.of(true) : Optional.empty());
  }

  private void requireSettled(VolumeId volume, Progress progress) {
    protection.requireUnused(volume.value(), progress);
    Optional<String> open = unanswered.otherThan(deletion(volume).what(), volume.value());
    if (open.isPresent()) {
      throw new OperationPending(open.get());
    }
  }

  private void requireNoSnapshots(UDisk disk, Progress progress) {
    progress.at("looking for snapshots of the disk");
    List<UDiskSnapshot> left = snapshots.of(disk);
    List<UDiskSnapshot> interim =
        left.stream().filter(one -> DiskName.mayBeOfInterimSnapshot(one.name())).toList();
    if (left.size() > interim.size()) {
      throw new PreconditionFailed(
          "volume %s has snapshots that may be lost with it: %s; delete them first"
              .formatted(
                  disk.id(),
                  left.stream()
                      .filter(one -> !interim.contains(one))
                      .map(UDiskSnapshot::id)
                      .collect(Collectors.joining(", "))));
    }
    if (!interim.isEmpty()) {
      throw new OperationPending(
          "volume %s is being cloned by snapshot %s; it can be deleted when the clone is there and the snapshot is gone"
              .formatted(
                  disk.id(),
                  interim.stream()
                      .map(one -> "%s named %s".formatted(one.id(), one.name()))
                      .collect(Collectors.joining(", "))));
    }
  }

  private static boolean isInUse(UDisk disk) {
    return disk.status() == UDiskStatus.INUSE && disk.hostId().isPresent();
  }

  private static void requireFree(UDisk disk) {
    switch (disk.status()) {
      case ATTACHING, DETACHING, INUSE, INITIALIZATING, INITIALIZING, CLONING, RESTORING, UNKNOWN ->
          throw new OperationPending(
              "volume %s is %s; it can be deleted later".formatted(disk.id(), disk.status()));
      case AVAILABLE, FAILED, RESTOREFAILED -> {
        if (disk.hostId().isPresent()) { // odd; nothing proves that nobody uses it
          throw new AttachedElsewhere(disk.id(), disk.hostId().get());
        }
      }
    }
  }
}
