package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.format.AllowedUuids;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse.Filesystem;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import java.nio.file.Path;

/**
 * The staging of one filesystem.
 *
 * @param place the staging path, real
 */
record StageWork(StageCommand command, Filesystem use, BlockDevice device, Path place) {

  VolumeId volume() {
    return command.volume();
  }

  FilesystemType type() {
    return use.type();
  }

  boolean isReadOnly() {
    return use.options().isReadOnly();
  }

  /** Whether the volume is a part of its disk, which somebody else has divided. */
  boolean isPartition() {
    return command.origin().partition().isPresent();
  }

  AllowedUuids lineage() {
    return new AllowedUuids(command.volume(), command.origin().copyOf());
  }

  QueueSettings queue() {
    return command.origin().queue();
  }

  StageRecord record() {
    return StageRecord.of(command, device.identity());
  }
}
