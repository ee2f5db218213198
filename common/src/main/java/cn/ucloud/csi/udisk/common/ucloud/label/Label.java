package cn.ucloud.csi.udisk.common.ucloud.label;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a resource is labelled with: bills are split by it. */
public record Label(String key, String value) {

  static Map<String, Object> parameters(List<Label> labels) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      parameters.put("Labels." + i + ".Key", labels.get(i).key());
      parameters.put("Labels." + i + ".Value", labels.get(i).value());
    }
    return parameters;
  }

  static Map<String, Object> parameters(String resourceId, List<Label> labels) {
    Map<String, Object> parameters = parameters(labels);
    parameters.put("ResourceIds.0", resourceId);
    return parameters;
  }

  @Override
  public String toString() {
    return key + "=" + value;
  }
}
