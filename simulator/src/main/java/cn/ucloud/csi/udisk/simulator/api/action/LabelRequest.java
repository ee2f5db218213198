package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Label;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.stream.IntStream;

/** What the actions on labels have in common. */
final class LabelRequest {
  private LabelRequest() {}

  /** At least one; neither a key nor a value may be empty, for both are required. */
  static List<Label> labels(ApiRequest request) {
    List<Label> labels =
        IntStream.iterate(0, i -> has(request, i), i -> i + 1)
            .mapToObj(i ->
                new Label(
                    request.require("Labels." + i + ".Key"),
                    request.require("Labels." + i + ".Value")))
            .toList();
    if (labels.isEmpty()) {
      throw ApiRefusal.missing("Labels.0.Key");
    }
    return labels;
  }

  private static boolean has(ApiRequest request, int i) {
    return request.parameters().containsKey("Labels." + i + ".Key")
        || request.parameters().containsKey("Labels." + i + ".Value");
  }

  static List<String> resources(ApiRequest request) {
    List<String> resources = request.list("ResourceIds");
    if (resources.isEmpty()) {
      throw ApiRefusal.missing("ResourceIds.0");
    }
    return resources;
  }

  /** The same, all of which must be there; the code for one that is not is our choice. */
  static List<String> requireResources(ApiRequest request, Region region) {
    List<String> resources = resources(request);
    for (String id : resources) {
      if (region.disks().find(id).isEmpty() && region.snapshots().find(id).isEmpty()) {
        throw new ApiRefusal(230, "resource " + id + " does not exist");
      }
    }
    return resources;
  }
}
