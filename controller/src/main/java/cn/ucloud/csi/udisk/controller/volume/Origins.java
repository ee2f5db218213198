package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.volume.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.volume.ContentSource.OfVolume;
import java.util.Optional;

/** Looks up what a volume is to be filled with. */
final class Origins {
  private final UDisks disks;
  private final UDiskSnapshots snapshots;

  Origins(UDisks disks, UDiskSnapshots snapshots) {
    this.disks = disks;
    this.snapshots = snapshots;
  }

  /**
   * The source as it is shown now; empty if there is none.
   *
   * @throws Unavailable also where the look-up is refused: an earlier call may have made the copy
   */
  Optional<Origin> find(ContentSource source) {
    try {
      return switch (source) {
        case OfSnapshot(var id) -> snapshots.find(id).map(Origin::of);
        case OfVolume(var id) -> disks.find(id).map(Origin::of);
      };
    } catch (DriverException.Certain e) {
      throw new Unavailable("the source cannot be read: " + e.sentence(), e);
    }
  }
}
