package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.model.VolumeId;

/** The snapshot that is asked for. */
public record SnapshotSpec(DiskName name, VolumeId source) {

  /**
   * Of the order that takes it, in {@link
   * cn.ucloud.csi.udisk.controller.change.UnansweredRequests}; no disk has such a name or id.
   */
  public String key() {
    return "snapshot " + name.marked();
  }
}
