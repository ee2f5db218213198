package cn.ucloud.csi.udisk.common.ucloud.label;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.List;
import java.util.Map;

/** Takes labels off a resource; key and value must be those that it has. */
public record UnbindLabels(String resourceId, List<Label> labels) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Label.parameters(resourceId, labels);
  }
}
