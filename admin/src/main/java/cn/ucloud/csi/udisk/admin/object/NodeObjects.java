package cn.ucloud.csi.udisk.admin.object;

import static cn.ucloud.csi.udisk.admin.object.Json.each;
import static cn.ucloud.csi.udisk.admin.object.Json.instant;
import static cn.ucloud.csi.udisk.admin.object.Json.map;
import static cn.ucloud.csi.udisk.admin.object.Json.text;
import static cn.ucloud.csi.udisk.admin.object.Json.texts;

import cn.ucloud.csi.udisk.admin.facts.Event;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.controller.kube.record.NodeIdentity;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Nodes, pods and events, as the API server tells of them. */
public final class NodeObjects {
  private static final String DISK_OF_OURS =
      "kubernetes.io/csi/" + IdentityService.DRIVER_NAME + "^";

  private NodeObjects() {}

  /**
   * A node of three objects.
   *
   * @param csiNode missing if there is none
   * @param renewedAt when its lease was renewed
   */
  public static Node node(JsonNode object, JsonNode csiNode, Instant renewedAt) {
    Map<String, String> labels = map(object, "/metadata/labels");
    io.fabric8.kubernetes.api.model.Node asLabelled =
        new NodeBuilder().withNewMetadata().withLabels(labels).endMetadata().build();
    Map<String, String> segments = NodeIdentity.segments(asLabelled);
    JsonNode ready = condition(object, "Ready");
    JsonNode driver = driver(csiNode);
    return new Node(
        text(object, "/metadata/name"),
        text(object, "/metadata/uid"),
        text(object, "/metadata/resourceVersion"),
        text(ready, "/status"),
        instant(ready, "/lastTransitionTime"),
        renewedAt,
        each(object, "/status/addresses")
            .filter(address -> "InternalIP".equals(text(address, "/type")))
            .map(address -> text(address, "/address"))
            .toList(),
        NodeIdentity.findInstances(asLabelled).stream().map(NodeId::value).toList(),
        text(driver, "/nodeID"),
        segments.getOrDefault(Topology.ZONE_KEY, ""),
        Topology.RSSD.equals(segments.get(Topology.RSSD_KEY)),
        driver.at("/allocatable/count").asInt(-1),
        object.at("/spec/unschedulable").asBoolean(false),
        each(object, "/spec/taints")
            .map(taint ->
                "%s=%s:%s"
                    .formatted(text(taint, "/key"), text(taint, "/value"), text(taint, "/effect")))
            .toList(),
        "true"
            .equals(
                map(object, "/metadata/annotations")
                    .get("volumes.kubernetes.io/controller-managed-attach-detach")),
        disks(each(object, "/status/volumesAttached").map(volume -> text(volume, "/name"))),
        disks(texts(object, "/status/volumesInUse").stream()),
        text(object, "/status/nodeInfo/kubeletVersion"));
  }

  private static JsonNode condition(JsonNode object, String type) {
    return each(object, "/status/conditions")
        .filter(condition -> type.equals(text(condition, "/type")))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  private static JsonNode driver(JsonNode csiNode) {
    return each(csiNode, "/spec/drivers")
        .filter(driver -> IdentityService.DRIVER_NAME.equals(text(driver, "/name")))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  /** The id with which this driver is registered; empty if it is not. */
  public static String registeredId(JsonNode csiNode) {
    return text(driver(csiNode), "/nodeID");
  }

  private static List<String> disks(Stream<String> names) {
    return names
        .filter(name -> name.startsWith(DISK_OF_OURS))
        .map(name -> name.substring(DISK_OF_OURS.length()).intern())
        .toList();
  }

  /** Empty for a pod without claims. */
  public static Optional<Pod> pod(JsonNode object) {
    List<String> claims = VolumeObjects.claims(object);
    if (claims.isEmpty()) {
      return Optional.empty();
    }
    JsonNode scheduled = condition(object, "PodScheduled");
    return Optional.of(
        new Pod(
            text(object, "/metadata/namespace"),
            text(object, "/metadata/name"),
            text(object, "/metadata/uid"),
            text(object, "/spec/nodeName"),
            text(object, "/status/phase"),
            "True".equals(text(condition(object, "Ready"), "/status")),
            claims,
            "False".equals(text(scheduled, "/status")) ? text(scheduled, "/message") : "",
            waiting(object).isEmpty() ? ended(object) : waiting(object),
            instant(object, "/metadata/creationTimestamp"),
            instant(object, "/metadata/deletionTimestamp")));
  }

  /** Why a container waits; of several the first reason. */
  public static String waiting(JsonNode pod) {
    return Stream.of("/status/initContainerStatuses", "/status/containerStatuses")
        .flatMap(list -> each(pod, list))
        .map(container -> text(container, "/state/waiting/reason"))
        .filter(reason -> !reason.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Why a pod has failed: what its container said last, or why it was ended. */
  private static String ended(JsonNode pod) {
    return "Failed".equals(text(pod, "/status/phase"))
        ? Stream.concat(
                each(pod, "/status/containerStatuses")
                    .map(container -> text(container, "/state/terminated/message").strip()),
                Stream.of(text(pod, "/status/message"), text(pod, "/status/reason")))
            .filter(why -> !why.isEmpty())
            .findFirst()
            .orElse("")
        : "";
  }

  public static Event event(JsonNode object) {
    Instant last =
        Stream.of("/lastTimestamp", "/series/lastObservedTime", "/eventTime")
            .map(moment -> instant(object, moment))
            .max(Comparator.naturalOrder())
            .orElseThrow();
    return new Event(
        text(object, "/involvedObject/kind"),
        text(object, "/involvedObject/namespace"),
        text(object, "/involvedObject/name"),
        "Warning".equals(text(object, "/type")),
        text(object, "/reason"),
        text(object, "/message"),
        last,
        Math.max(1, object.at("/count").asInt(1)),
        object.at("/metadata/resourceVersion").asLong());
  }
}
