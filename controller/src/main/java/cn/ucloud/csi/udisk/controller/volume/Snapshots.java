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
  private final WholeList wholeList;

  Snapshots(UDisks disks, UDiskSnapshots snapshots, Waiting waiting) {
    this.disks = disks;
    this.snapshots = snapshots;
    this.snapshotting = new IdempotentSnapshotting(disks, snapshots, waiting);
    this.deletion = new IdempotentSnapshotDeletion(snapshots, waiting);
    this.wholeList = new WholeList(waiting.polling());
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

  /** All snapshots of a volume, also of one that is gone. */
  public List<Snapshot> of(VolumeId source) {
    return disks
        .find(source)
        .map(snapshots::of)
        .orElseGet(() ->
            wholeList.read("snapshots", UDiskSnapshot::id, snapshots::page).stream()
                .filter(snapshot -> snapshot.diskId().equals(source.value()))
                .toList())
        .stream()
        .map(Snapshot::of)
        .toList();
  }

  /** All snapshots there are. */
  public List<Snapshot> all() {
    return wholeList.read("snapshots", UDiskSnapshot::id, snapshots::page).stream()
        .map(Snapshot::of)
        .toList();
  }
}
