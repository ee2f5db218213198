package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
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
