package cn.ucloud.csi.udisk.common.ucloud.label;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.List;
import java.util.Map;

/** Makes labels known to the account; whether they must be before they are bound is not told. */
public record CreateLabels(List<Label> labels) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Label.parameters(labels);
  }
}
