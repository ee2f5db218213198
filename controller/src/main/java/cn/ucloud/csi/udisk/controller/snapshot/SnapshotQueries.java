package cn.ucloud.csi.udisk.controller.snapshot;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import cn.ucloud.csi.udisk.controller.reads.PagedList;
import java.util.List;
import java.util.Optional;

/** What is asked about the snapshots of one project and region, without changing any. */
public final class SnapshotQueries {
  private final DiskApi disks;
  private final SnapshotApi snapshots;
  private final PagedList pages;

  public SnapshotQueries(DiskApi disks, SnapshotApi snapshots, PagedList pages) {
    this.disks = disks;
    this.snapshots = snapshots;
    this.pages = pages;
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
