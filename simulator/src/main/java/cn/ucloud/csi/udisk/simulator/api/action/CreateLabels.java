package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/** UCloud API, CreateLabels. */
public final class CreateLabels implements Action {
  private final Region region;

  public CreateLabels(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    LabelRequest.labels(request).forEach(region.labels()::create);
    return Map.of();
  }
}
