package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;

/** UCloud API, CloneUDiskSnapshot. The id comes in a list of one. */
final class CloneUDiskSnapshot implements Action {
  private final Region region;

  CloneUDiskSnapshot(Region region) {
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
