package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.NodeGetVolumeStatsRequest;
import java.nio.file.Path;

/** NodeGetVolumeStats, checked. */
public record StatsQuery(VolumeId volume, Path path) {

  /**
   * Reads the request.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest naming the field
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.NotFound if no volume can be at the
   *     path
   */
  public static StatsQuery from(NodeGetVolumeStatsRequest request) {
    return new StatsQuery(
        new VolumeId(request.getVolumeId()),
        Paths.requireWithVolume("volume_path", request.getVolumePath()));
  }
}
