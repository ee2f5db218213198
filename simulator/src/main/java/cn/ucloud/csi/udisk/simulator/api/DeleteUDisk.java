package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, DeleteUDisk. The answer is only the envelope. */
final class DeleteUDisk implements Action {
  private final Region region;

  DeleteUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    region.provisioning().delete(request.require("UDiskId"));
    return Map.of();
  }
}
