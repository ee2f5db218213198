package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.NodeUnstageVolumeRequest;
import java.nio.file.Path;

/** NodeUnstageVolume, checked. */
public record UnstageCommand(VolumeId volume, Path stagingPath) {

  /**
   * Reads the request.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest naming the field
   */
  public static UnstageCommand from(NodeUnstageVolumeRequest request) {
    return new UnstageCommand(
        new VolumeId(request.getVolumeId()),
        Paths.require("staging_target_path", request.getStagingTargetPath()));
  }
}
