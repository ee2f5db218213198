package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import java.util.Optional;

/** Looks up what a volume is to be filled with. */
public final class CopySources {
  private final DiskApi disks;
  private final SnapshotApi snapshots;

  public CopySources(DiskApi disks, SnapshotApi snapshots) {
    this.disks = disks;
    this.snapshots = snapshots;
  }

  /**
   * The source as it is shown now; empty if there is none.
   *
   * @throws Unavailable also where the look-up is refused: an earlier call may have made the copy
   */
  Optional<CopySource> find(ContentSource source) {
    try {
      return switch (source) {
        case OfSnapshot(var id) -> snapshots.find(id).map(CopySource::of);
        case OfVolume(var id) -> disks.find(id).map(CopySource::of);
      };
    } catch (DriverException.Certain e) {
      throw new Unavailable("the source cannot be read: " + e.sentence(), e);
    }
  }
}
