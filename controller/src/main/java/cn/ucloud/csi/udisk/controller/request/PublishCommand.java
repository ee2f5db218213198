package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.ControllerPublishVolumeRequest;
import java.util.List;

/** A ControllerPublishVolume request that can be carried out. */
public record PublishCommand(VolumeId volume, NodeId node) {

  /**
   * Checks the request without asking the cloud.
   *
   * @throws InvalidRequest if a field is missing or not allowed
   */
  public static PublishCommand from(ControllerPublishVolumeRequest request) {
    VolumeId volume = new VolumeId(request.getVolumeId());
    NodeId node = new NodeId(request.getNodeId());
    if (!request.hasVolumeCapability()) {
      throw new InvalidRequest("volume_capability", "is missing");
    }
    Capabilities.requireSupported("volume_capability", List.of(request.getVolumeCapability()));
    if (request.getReadonly()) {
      throw new InvalidRequest("readonly", "is not supported; a UDisk is attached for writing");
    }
    return new PublishCommand(volume, node);
  }
}
