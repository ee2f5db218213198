package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, ResizeAttachedDisk: for a disk that is attached to a UHost. */
public final class ResizeAttachedDisk implements Action {
  private final Region region;

  public ResizeAttachedDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    String diskId = request.require("DiskId");
    boolean needRestart =
        region
            .provisioning()
            .resizeAttached(
                diskId,
                request.require("UHostId"),
                request.requireInteger("DiskSpace"),
                request.isTrue("DryRun"));
    return Map.of("DiskId", diskId, "NeedRestart", needRestart);
  }
}
