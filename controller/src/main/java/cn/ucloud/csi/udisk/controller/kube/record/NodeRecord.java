package cn.ucloud.csi.udisk.controller.kube.record;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a Node.
 *
 * @param instances all that its labels name; more than one if they contradict each other
 * @param segments where it is, under this driver's keys; what is not known is left out
 * @param addresses its internal ones
 * @param startup null without the startup taint
 * @param isReady whether Kubernetes calls it so
 */
public record NodeRecord(
    String name,
    List<NodeId> instances,
    Map<String, String> segments,
    List<String> addresses,
    @Nullable Startup startup,
    boolean isReady,
    OutOfService outOfService) {
  public static final String STARTUP_TAINT = "udisk.csi.ucloud.cn/agent-not-ready";

  /**
   * That the node has the startup taint.
   *
   * @param version of the object that has it
   * @param otherTaints those that stay
   */
  public record Startup(String version, List<Taint> otherTaints) {}

  public static Informer<NodeRecord> watch(KubernetesClient client) {
    return Informer.of("nodes", client.nodes(), Node::new, NodeRecord::of);
  }

  public static NodeRecord of(Node node) {
    return new NodeRecord(
        node.getMetadata().getName(),
        NodeIdentity.findInstances(node),
        NodeIdentity.segments(node),
        Stream.ofNullable(node.getStatus())
            .flatMap(status -> status.getAddresses().stream())
            .filter(address -> "InternalIP".equals(address.getType()))
            .map(NodeAddress::getAddress)
            .flatMap(Stream::ofNullable)
            .toList(),
        startup(node),
        isReady(node),
        OutOfService.of(node));
  }

  private static boolean isReady(Node node) {
    return Stream.ofNullable(node.getStatus())
        .flatMap(status -> status.getConditions().stream())
        .anyMatch(found -> "Ready".equals(found.getType()) && "True".equals(found.getStatus()));
  }

  private static @Nullable Startup startup(Node node) {
    List<Taint> taints =
        Stream.ofNullable(node.getSpec()).flatMap(spec -> spec.getTaints().stream()).toList();
    List<Taint> others =
        taints.stream().filter(taint -> !STARTUP_TAINT.equals(taint.getKey())).toList();
    return others.size() == taints.size()
        ? null
        : new Startup(node.getMetadata().getResourceVersion(), others);
  }

  /** The instance behind the node; empty if no label says it. */
  public Optional<NodeId> findInstance() {
    return instances.stream().findFirst();
  }

  /** Whether {@code address} is an internal one of the node, or its name, as UK8S names nodes. */
  public boolean isAt(String address) {
    return name.equals(address) || addresses.contains(address);
  }

  public Optional<Startup> findStartup() {
    return Optional.ofNullable(startup);
  }
}
