package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import java.util.List;
import java.util.Optional;

/** The snapshots of one project and region, as {@link Volumes} are its disks. */
public final class Snapshots {
  private final UDisks disks;
  private final UDiskSnapshots snapshots;
  private final IdempotentSnapshotting snapshotting;
  private final IdempotentSnapshotDeletion deletion;
  private final PagedList pages;

  Snapshots(
      UDisks disks,
      UDiskSnapshots snapshots,
      Scheduling scheduling,
      PagedList pages,
      Waiting waiting) {
    this.disks = disks;
    this.snapshots = snapshots;
    this.snapshotting = new IdempotentSnapshotting(disks, snapshots, scheduling, waiting);
    this.deletion = new IdempotentSnapshotDeletion(snapshots, waiting);
    this.pages = pages;
  }

  /** See {@link IdempotentSnapshotting#create}. */
  public Snapshot create(SnapshotSpec spec, Progress progress) {
    return snapshotting.create(spec, progress);
  }

  /** See {@link IdempotentSnapshotDeletion#delete}. */
  public void delete(SnapshotId snapshot, Progress progress) {
    deletion.delete(snapshot, progress);
  }

  /** The snapshot, if it exists. */
  public Optional<Snapshot> find(SnapshotId id) {
    return snapshots.find(id).map(Snapshot::of);
  }

  /**
   * All snapshots of a volume, also of one that is gone; of that one, what was met among those of
   * all disks.
   */
  public List<Snapshot> of(VolumeId source) {
    return disks
        .find(source)
        .map(snapshots::of)
        .orElseGet(() ->
            met().stream().filter(snapshot -> snapshot.diskId().equals(source.value())).toList())
        .stream()
        .map(Snapshot::of)
        .toList();
  }

  /**
   * The snapshots that were met in a reading of all: one that is taken or deleted meanwhile may be
   * among them or not, and so may, rarely, another that its deletion moved.
   */
  public List<Snapshot> all() {
    return met().stream().map(Snapshot::of).toList();
  }

  private List<UDiskSnapshot> met() {
    return List.copyOf(pages.read(UDiskSnapshot::id, snapshots::page).members().values());
  }
}
