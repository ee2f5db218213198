package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;

/** UCloud API, CloneUDiskSnapshot. The id comes in a list of one. */
public final class CloneUDiskSnapshot implements Action {
  private final Region region;

  public CloneUDiskSnapshot(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    String source = request.require("SourceId");
    return Map.of(
        "UDiskId",
        List.of(region.copies().cloneSnapshot(source, CloneRequest.read(request, "Dynamic")).id()));
  }
}
