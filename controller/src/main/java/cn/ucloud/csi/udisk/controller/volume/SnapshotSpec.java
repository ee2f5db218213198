package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.VolumeId;

/** The snapshot that is asked for. */
public record SnapshotSpec(DiskName name, VolumeId source) {

  /** Of the order that takes it, in {@link Unsettled}; no disk has such a name or id. */
  String key() {
    return "snapshot " + name.marked();
  }
}
