package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, DetachUDisk. */
public final class DetachUDisk implements Action {
  private final Region region;

  public DetachUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    String diskId = request.require("UDiskId");
    String hostId = request.requireHostId();
    region.attachments().detach(diskId, hostId);
    return Map.of("UDiskId", diskId, "HostId", hostId, "UHostId", hostId);
  }
}
