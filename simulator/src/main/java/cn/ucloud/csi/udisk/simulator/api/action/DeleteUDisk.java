package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, DeleteUDisk. The answer is only the envelope. */
public final class DeleteUDisk implements Action {
  private final Region region;

  public DeleteUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    region.provisioning().delete(request.require("UDiskId"));
    return Map.of();
  }
}
