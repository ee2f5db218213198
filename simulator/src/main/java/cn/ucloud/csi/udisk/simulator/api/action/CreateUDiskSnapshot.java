package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;

/** UCloud API, CreateUDiskSnapshot. The id comes in a list of one. */
public final class CreateUDiskSnapshot implements Action {
  private final Region region;

  public CreateUDiskSnapshot(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    String name = request.requireName("Name");
    return Map.of(
        "SnapshotId",
        List.of(
            region
                .copies()
                .snapshot(request.require("UDiskId"), name, request.find("Comment").orElse(""))
                .id()));
  }
}
