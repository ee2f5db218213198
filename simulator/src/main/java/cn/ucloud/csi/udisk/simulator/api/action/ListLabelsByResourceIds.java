package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Label;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;

/** UCloud API, ListLabelsByResourceIds: 10 labels by default, never more than 100. */
public final class ListLabelsByResourceIds implements Action {
  private static final int DEFAULT = 10;
  private static final int MOST = 100;

  private final Region region;

  public ListLabelsByResourceIds(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    List<Map<String, Object>> all =
        LabelRequest.resources(request).stream()
            .filter(this::exists)
            .flatMap(id -> region.labels().of(id).stream().map(label -> shown(id, label)))
            .toList();
    Page page =
        new Page(request.countOr("Offset", 0), Math.min(request.countOr("Limit", DEFAULT), MOST));
    return Map.of("TotalCount", all.size(), "Labels", page.from(all));
  }

  private boolean exists(String id) {
    return region.disks().find(id).isPresent() || region.snapshots().find(id).isPresent();
  }

  private static Map<String, Object> shown(String resource, Label label) {
    return Map.of(
        "ResourceId", resource, "Key", label.key(), "Value", label.value(), "Category", "custom");
  }
}
