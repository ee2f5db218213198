package cn.ucloud.csi.udisk.common.ucloud.label;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.List;
import java.util.Map;

/** Binds labels to a resource, be it a disk or a snapshot. */
public record BindLabels(String resourceId, List<Label> labels) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Label.parameters(resourceId, labels);
  }
}
