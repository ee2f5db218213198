package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, RenameUDisk. */
final class RenameUDisk implements Action {
  private final Region region;

  RenameUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    region.provisioning().rename(request.require("UDiskId"), request.require("UDiskName"));
    return Map.of();
  }
}
