package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.NodeUnpublishVolumeRequest;
import java.nio.file.Path;

/** NodeUnpublishVolume, checked. */
public record UnpublishCommand(VolumeId volume, Path targetPath) {

  /**
   * Reads the request.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest naming the field
   */
  public static UnpublishCommand from(NodeUnpublishVolumeRequest request) {
    return new UnpublishCommand(
        new VolumeId(request.getVolumeId()), Paths.require("target_path", request.getTargetPath()));
  }
}
