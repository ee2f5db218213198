package cn.ucloud.csi.udisk.controller.kube.record;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import io.fabric8.kubernetes.api.model.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What UK8S, kubelet and this driver's node plugin write on a Node. */
public final class NodeIdentity {
  /** UK8S documents both spellings of the first one. */
  private static final List<String> INSTANCE =
      List.of("UhostID", "UHostID", "node.uk8s.ucloud.cn/resource_id");

  private static final List<String> ZONE =
      List.of(
          Topology.ZONE_KEY,
          "topology.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/zone");

  private static final List<String> REGION =
      List.of(
          Topology.REGION_KEY,
          "topology.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/region");

  private NodeIdentity() {}

  /** All that its labels name; more than one if they contradict each other. */
  public static List<NodeId> findInstances(Node node) {
    return all(node, INSTANCE).flatMap(text -> instance(text).stream()).distinct().toList();
  }

  /** Where the node is, under this driver's keys; what is not known is left out. */
  public static Map<String, String> segments(Node node) {
    Map<String, String> segments = new LinkedHashMap<>();
    first(node, REGION).ifPresent(region -> segments.put(Topology.REGION_KEY, region));
    first(node, ZONE).ifPresent(zone -> segments.put(Topology.ZONE_KEY, zone));
    first(node, List.of(Topology.RSSD_KEY))
        .ifPresent(rssd -> segments.put(Topology.RSSD_KEY, rssd));
    return Map.copyOf(segments);
  }

  private static Optional<NodeId> instance(String text) {
    try {
      return Optional.of(new NodeId(text)).filter(id -> !id.isAddress());
    } catch (InvalidRequest e) { // somebody wrote nonsense there
      return Optional.empty();
    }
  }

  private static Optional<String> first(Node node, List<String> keys) {
    return all(node, keys).findFirst();
  }

  private static Stream<String> all(Node node, List<String> keys) {
    Map<String, String> labels = node.getMetadata().getLabels();
    return labels == null
        ? Stream.empty()
        : keys.stream()
            .flatMap(key -> Stream.ofNullable(labels.get(key)))
            .filter(value -> !value.isBlank());
  }
}
