package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.ControllerUnpublishVolumeRequest;
import java.util.Optional;

/**
 * A ControllerUnpublishVolume request that can be carried out.
 *
 * @param node empty means: from whichever node has it
 */
public record UnpublishCommand(VolumeId volume, Optional<NodeId> node) {

  /**
   * Checks the request without asking the cloud.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest if there is no volume
   *     id
   */
  public static UnpublishCommand from(ControllerUnpublishVolumeRequest request) {
    return new UnpublishCommand(
        new VolumeId(request.getVolumeId()),
        Optional.of(request.getNodeId()).filter(id -> !id.isEmpty()).map(NodeId::new));
  }
}
