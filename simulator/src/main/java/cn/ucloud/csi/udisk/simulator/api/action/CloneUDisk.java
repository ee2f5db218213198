package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, CloneUDisk. The id comes bare, as in the documented sample. */
public final class CloneUDisk implements Action {
  private final Region region;

  public CloneUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    String source = request.require("SourceId");
    return Map.of(
        "UDiskId", region.copies().cloneDisk(source, CloneRequest.read(request, "Month")).id());
  }
}
