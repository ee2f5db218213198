package cn.ucloud.csi.udisk.common.ucloud.label;

import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The labels of some resources, page by page; a resource without any is not in the answer. */
public record ListLabelsByResourceIds(List<String> resourceIds, int offset)
    implements UCloudAction<Page<ListLabelsByResourceIds.Bound>> {
  /** The most that the API gives. */
  private static final int LIMIT = 100;

  /** A label that a resource has, be it of people or of UCloud itself. */
  public record Bound(String resourceId, Label label) {

    static Bound from(ApiObject json) {
      return new Bound(
          json.requireId("ResourceId"),
          new Label(json.requireText("Key"), json.text("Value").orElse("")));
    }
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (int i = 0; i < resourceIds.size(); i++) {
      parameters.put("ResourceIds." + i, resourceIds.get(i));
    }
    parameters.put("Offset", offset);
    parameters.put("Limit", LIMIT);
    return parameters;
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public Page<Bound> read(ApiObject body) {
    return Page.counted(body, "Labels", "ResourceId", Bound::from);
  }
}
