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
   */
  public static StatsQuery from(NodeGetVolumeStatsRequest request) {
    return new StatsQuery(
        new VolumeId(request.getVolumeId()), Paths.require("volume_path", request.getVolumePath()));
  }
}
