package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.hypervisor.Hypervisor;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskOrder;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import cn.ucloud.csi.udisk.simulator.model.SnapshotStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;

/** Snapshots and clones, with the refusals of the UDisk error list. */
public final class Copies {
  /** UCloud sells three manual snapshots a disk with the snapshot service. */
  private static final int MOST_PER_DISK = 3;

  private final Disks disks;
  private final Snapshots snapshots;
  private final InstantSource clock;
  private final Hypervisor hypervisor;
  private final Provisioning provisioning;
  private final Duration delay;
  private final Timeline timeline;
  private final Consumer<Runnable> exclusively;

  Copies(
      Inventory inventory,
      Hypervisor hypervisor,
      Provisioning provisioning,
      Duration delay,
      Timeline timeline,
      Consumer<Runnable> exclusively) {
    this.disks = inventory.disks();
    this.snapshots = inventory.snapshots();
    this.clock = inventory.clock();
    this.hypervisor = hypervisor;
    this.provisioning = provisioning;
    this.delay = delay;
    this.timeline = timeline;
    this.exclusively = exclusively;
  }

  /** Keeps what the disk holds now; attached or not. Names are not unique. */
  public Snapshot snapshot(String diskId, String name, String comment) {
    Disk disk = disks.require(diskId);
    requireQuiet(disk);
    if (disk.status() == DiskStatus.INITIALIZATING || disk.status() == DiskStatus.FAILED) {
      throw new ApiRefusal(17010, "create snapshot failed: the disk is " + disk.status().apiName());
    }
    if (snapshots.of(diskId).size() >= MOST_PER_DISK) {
      throw new ApiRefusal(17011, "snapshot quota of the disk reached");
    }
    String id = "bsSnap-" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    hypervisor.snapshot(id, diskId);
    Instant now = clock.instant();
    Snapshot snapshot =
        new Snapshot(
            id,
            snapshots.nextSequence(),
            now,
            name,
            comment,
            disk,
            SnapshotStatus.CREATING,
            now.plus(delay));
    snapshots.save(snapshot);
    schedule(snapshot);
    return snapshot;
  }

  void schedule(Snapshot snapshot) {
    if (snapshot.status() == SnapshotStatus.CREATING) {
      timeline.at(
          snapshot.due(),
          () ->
              exclusively.accept(() ->
                  snapshots.find(snapshot.id()).map(Snapshot::ready).ifPresent(snapshots::save)));
    }
  }

  public void deleteSnapshot(String id) {
    Snapshot snapshot =
        snapshots
            .find(id)
            .orElseThrow(() -> new ApiRefusal(17031, "delete snapshot failed: no " + id));
    if (snapshot.status() == SnapshotStatus.CREATING) {
      throw new ApiRefusal(17031, "delete snapshot failed: it is being created");
    }
    hypervisor.dropSnapshot(id);
    snapshots.remove(id);
  }

  /** Deletes every snapshot of the disk. */
  public void deleteSnapshotsOf(String diskId) {
    for (Snapshot snapshot : snapshots.of(diskId)) {
      hypervisor.dropSnapshot(snapshot.id());
      snapshots.remove(snapshot.id());
    }
  }

  /**
   * Begins to make a disk of what a snapshot holds. Type, and size if {@code order} has a smaller
   * one, are those of the source.
   */
  public Disk cloneSnapshot(String snapshotId, CloneOrder order) {
    Snapshot snapshot =
        snapshots
            .find(snapshotId)
            .filter(found -> found.source().order().zone().equals(order.zone()))
            .orElseThrow(() -> new ApiRefusal(17020, "clone failed: no " + snapshotId));
    if (snapshot.status() == SnapshotStatus.CREATING) {
      throw new ApiRefusal(17085, "the snapshot is being created, retry later");
    }
    DiskOrder wanted = order.as(snapshot.source().order());
    return provisioning.copy(
        wanted, snapshotId, id -> hypervisor.cloneSnapshot(id, snapshotId, wanted.sizeGb()));
  }

  /** Begins to make a disk of what another one, which no host has, holds now. */
  public Disk cloneDisk(String sourceId, CloneOrder order) {
    Disk source = disks.require(sourceId);
    if (!source.order().zone().equals(order.zone())) {
      throw new ApiRefusal(17041, "no udisk " + sourceId + " in " + order.zone());
    }
    requireQuiet(source);
    if (source.attachment() != null) {
      throw new ApiRefusal(17026, "udisk is attached, detach it first");
    }
    if (source.status() != DiskStatus.AVAILABLE || source.transition() != null) {
      throw new ApiRefusal(17015, "clone failed: the disk is changing");
    }
    DiskOrder wanted = order.as(source.order());
    return provisioning.copy(
        wanted, sourceId, id -> hypervisor.cloneDisk(id, sourceId, wanted.sizeGb()));
  }

  private void requireQuiet(Disk disk) {
    if (snapshots.of(disk.id()).stream().anyMatch(s -> s.status() == SnapshotStatus.CREATING)) {
      throw new ApiRefusal(17085, "source disk is being snapshotted, retry later");
    }
    if (disk.status() == DiskStatus.CLONING || disks.isBeingCloned(disk.id())) {
      throw new ApiRefusal(17086, "source disk is being cloned, retry later");
    }
  }
}
