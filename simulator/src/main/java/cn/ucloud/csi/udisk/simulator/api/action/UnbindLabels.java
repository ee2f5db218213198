package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Label;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;

/** UCloud API, UnbindLabels. */
public final class UnbindLabels implements Action {
  private final Region region;

  public UnbindLabels(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    List<Label> labels = LabelRequest.labels(request);
    for (String resource : LabelRequest.requireResources(request, region)) {
      labels.forEach(label -> region.labels().unbind(resource, label));
    }
    return Map.of();
  }
}
