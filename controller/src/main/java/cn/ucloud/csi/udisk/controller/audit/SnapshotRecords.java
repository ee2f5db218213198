package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.util.List;
import java.util.Set;

/**
 * What the cluster has on record about snapshots.
 *
 * <p>Every method throws {@link cn.ucloud.csi.udisk.common.error.DriverException.Unavailable} if
 * that is not known now.
 */
public interface SnapshotRecords {

  /** Whether there are such records in this cluster, and this driver may read them. */
  boolean exist();

  /** Those of the snapshots that somebody has on record, or waits for. */
  Set<SnapshotId> among(List<Snapshot> snapshots);
}
