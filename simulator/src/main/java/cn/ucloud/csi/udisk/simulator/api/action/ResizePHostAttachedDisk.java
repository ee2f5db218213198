package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, ResizePHostAttachedDisk: for a disk that is attached to bare metal. */
public final class ResizePHostAttachedDisk implements Action {
  private final Region region;

  public ResizePHostAttachedDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    region
        .provisioning()
        .resizeAttached(
            request.require("UDiskId"),
            request.require("PHostId"),
            request.requireInteger("DiskSpace"),
            false);
    return Map.of();
  }
}
