package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.model.SnapshotId;

/** The interim snapshots, as far as the audit has to do with them. */
public interface Interims {

  /** How many this process has taken. */
  long taken();

  /**
   * Removes one. Does nothing if there is none.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException if it may be there still, as while a
   *     clone is being made of it
   */
  void remove(SnapshotId snapshot);
}
