package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of one project and region, as the cloud shows and changes them: as {@link DiskApi}.
 */
public interface SnapshotApi {

  /**
   * The snapshot as it is shown now. One that was just taken may not be shown yet.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable also if it is shown in a
   *     way that cannot be read
   */
  Optional<UDiskSnapshot> find(SnapshotId id);

  /**
   * All snapshots of a disk that exists.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable also if one of them is
   *     shown in a way that cannot be read
   */
  List<UDiskSnapshot> of(UDisk disk);

  /** Some of all snapshots, from the one at {@code offset} on. */
  Page<UDiskSnapshot> page(int offset);

  /**
   * Orders a snapshot. Called twice, it takes two.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.NotFound if there is no such disk
   */
  SnapshotId create(UDisk disk, String name);

  /** Orders the deletion of this one snapshot. */
  void delete(UDiskSnapshot snapshot);
}
