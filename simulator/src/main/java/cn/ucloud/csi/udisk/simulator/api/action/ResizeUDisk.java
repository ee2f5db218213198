package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, ResizeUDisk: for a disk that is not attached. */
public final class ResizeUDisk implements Action {
  private final Region region;

  public ResizeUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    region.provisioning().resize(request.require("UDiskId"), request.requireInteger("Size"));
    return Map.of();
  }
}
