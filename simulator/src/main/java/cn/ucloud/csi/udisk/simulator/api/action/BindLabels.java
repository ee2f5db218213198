package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Label;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;

/** UCloud API, BindLabels. */
public final class BindLabels implements Action {
  private final Region region;

  public BindLabels(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    List<Label> labels = LabelRequest.labels(request);
    for (String resource : LabelRequest.requireResources(request, region)) {
      labels.forEach(label -> region.labels().bind(resource, label));
    }
    return Map.of();
  }
}
