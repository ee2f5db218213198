package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import java.nio.file.Path;

/**
 * NodeStageVolume, checked.
 *
 * @param origin what the disk held when it was made, and how a filesystem is to be made, if it has
 *     to be
 */
public record StageCommand(
    VolumeId volume,
    Path stagingPath,
    VolumeUse use,
    PublishContext context,
    VolumeContext origin) {

  /** The same for another use. */
  public StageCommand with(VolumeUse other) {
    return new StageCommand(volume, stagingPath, other, context, origin);
  }

  /** How the volume that is to be published was staged: kubelet says the same there. */
  public static StageCommand of(NodePublishVolumeRequest request) {
    return from(
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(request.getVolumeId())
            .setStagingTargetPath(request.getStagingTargetPath())
            .setVolumeCapability(request.getVolumeCapability())
            .putAllPublishContext(request.getPublishContextMap())
            .putAllVolumeContext(request.getVolumeContextMap())
            .build());
  }

  /**
   * Reads the request.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest naming the field
   */
  public static StageCommand from(NodeStageVolumeRequest request) {
    VolumeId volume = new VolumeId(request.getVolumeId());
    Path path = Paths.require("staging_target_path", request.getStagingTargetPath());
    Capability capability = Capability.from(request.getVolumeCapability());
    VolumeContext origin =
        VolumeContext.from(request.getVolumeContextMap(), capability.filesystem());
    return new StageCommand(
        volume,
        path,
        capability.use(origin.filesystem()),
        PublishContext.from(request.getPublishContextMap()),
        origin);
  }
}
