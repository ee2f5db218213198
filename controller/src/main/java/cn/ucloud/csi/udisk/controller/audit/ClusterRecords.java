package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.util.List;
import java.util.Set;

/**
 * What the cluster has on record about disks.
 *
 * <p>Every method throws {@link cn.ucloud.csi.udisk.common.error.DriverException.Unavailable} if
 * that is not known now.
 */
public interface ClusterRecords {

  /** As it is at one moment. */
  View view();

  /**
   * Those of the disks that a persistent volume has, or that a claim still waits for; asked of the
   * API server itself.
   */
  Set<VolumeId> wanted(List<ListedDisk> disks);

  /**
   * Those of the interim snapshots whose clone a claim still waits for, by the UID in their names;
   * a name without one may be any waiting claim's. Asked of the API server itself.
   */
  Set<SnapshotId> awaited(List<Snapshot> interims);

  /** What it has on record about snapshots. */
  SnapshotRecords snapshots();

  /** The records of one moment. */
  interface View {

    /** Whether a persistent volume names the disk. */
    boolean hasVolume(VolumeId disk);

    /** Whether the host that has the disk is a node of this cluster. */
    boolean isNode(ListedDisk disk);

    /** Whether a VolumeAttachment may be the reason why that host has the disk. */
    boolean mayBeAttached(ListedDisk disk);
  }
}
