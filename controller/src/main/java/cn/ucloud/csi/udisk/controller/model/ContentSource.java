package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;

/** What a new volume is to be filled with. */
public sealed interface ContentSource {
  /** The id under which the source is held, with others, while it is being read and ordered of. */
  String key();

  /** The content of a snapshot. */
  record OfSnapshot(SnapshotId id) implements ContentSource {
    @Override
    public String key() {
      return id.value();
    }
  }

  /** The content that another volume has now. */
  record OfVolume(VolumeId id) implements ContentSource {
    @Override
    public String key() {
      return id.value();
    }
  }
}
