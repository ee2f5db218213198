package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.NodeGetVolumeHealthRequest;

/**
 * NodeGetVolumeHealth, checked. Where the volume is said to be does not matter: it is on record.
 */
public record HealthQuery(VolumeId volume) {

  /**
   * Reads the request.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest naming the field
   */
  public static HealthQuery from(NodeGetVolumeHealthRequest request) {
    requireAbsolute("volume_publish_path", request.getVolumePublishPath());
    requireAbsolute("staging_target_path", request.getStagingTargetPath());
    return new HealthQuery(new VolumeId(request.getVolumeId()));
  }

  private static void requireAbsolute(String field, String path) {
    if (!path.isEmpty()) {
      Paths.require(field, path);
    }
  }
}
