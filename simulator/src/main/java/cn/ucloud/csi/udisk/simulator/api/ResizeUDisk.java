package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, ResizeUDisk: for a disk that is not attached. */
final class ResizeUDisk implements Action {
  private final Region region;

  ResizeUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    region.provisioning().resize(request.require("UDiskId"), request.requireInteger("Size"));
    return Map.of();
  }
}
