package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, RenameUDisk. */
public final class RenameUDisk implements Action {
  private final Region region;

  public RenameUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    region.provisioning().rename(request.require("UDiskId"), request.requireName("UDiskName"));
    return Map.of();
  }
}
