package cn.ucloud.csi.udisk.it.e2e;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The nodes on which pods with disks can be. */
final class Nodes {
  static final String HOST_NAME = "kubernetes.io/hostname";
  static final String ZONE = "topology.udisk.csi.ucloud.cn/zone";

  /** Tells Kubernetes that a node which is not ready is off, so that its pods may be elsewhere. */
  private static final Taint OUT_OF_SERVICE =
      new TaintBuilder()
          .withKey("node.kubernetes.io/out-of-service")
          .withValue("nodeshutdown")
          .withEffect("NoExecute")
          .build();

  private final KubernetesClient client;

  Nodes(KubernetesClient client) {
    this.client = client;
  }

  /** Any node that takes pods and has the driver. */
  Node any() {
    return usable().stream()
        .findFirst()
        .orElseThrow(() -> new AssertionError("no node takes pods and has the driver"));
  }

  /** A node in whose zone there is another one. */
  Optional<Node> findOneWithAnotherBeside() {
    List<Node> nodes = usable();
    return nodes.stream()
        .filter(node -> nodes.stream().filter(other -> zone(other).equals(zone(node))).count() > 1)
        .findFirst();
  }

  private List<Node> usable() {
    return client.nodes().list().getItems().stream()
        .filter(node -> !Boolean.TRUE.equals(node.getSpec().getUnschedulable()))
        .filter(node -> node.getSpec().getTaints().isEmpty())
        .filter(node -> findDriver(name(node)).isPresent())
        .toList();
  }

  static String name(Node node) {
    return node.getMetadata().getName();
  }

  static String zone(Node node) {
    return node.getMetadata().getLabels().getOrDefault(ZONE, "");
  }

  /** How many more volumes the scheduler puts on the node. */
  int roomOn(String node) {
    int limit = findDriver(node).orElseThrow().getAllocatable().getCount();
    return limit - attachedTo(node);
  }

  int attachedTo(String node) {
    return (int)
        client.storage().v1().volumeAttachments().list().getItems().stream()
            .filter(found -> IdentityService.DRIVER_NAME.equals(found.getSpec().getAttacher()))
            .filter(found -> node.equals(found.getSpec().getNodeName()))
            .count();
  }

  private Optional<CSINodeDriver> findDriver(String node) {
    return Optional.ofNullable(client.storage().v1().csiNodes().withName(node).get()).stream()
        .flatMap(found -> found.getSpec().getDrivers().stream())
        .filter(driver -> IdentityService.DRIVER_NAME.equals(driver.getName()))
        .findFirst();
  }

  boolean isReady(String node) {
    return Readiness.isNodeReady(client.nodes().withName(node).require())
        && findDriver(node).isPresent();
  }

  void cordon(String node) {
    edit(
        node,
        found -> {
          found.getSpec().setUnschedulable(true);
          return found;
        });
  }

  void uncordon(String node) {
    edit(
        node,
        found -> {
          found.getSpec().setUnschedulable(null);
          return found;
        });
  }

  void declareOutOfService(String node) {
    editTaints(node, taints -> taints.add(OUT_OF_SERVICE));
  }

  boolean isOutOfService(String node) {
    return client.nodes().withName(node).require().getSpec().getTaints().stream()
        .anyMatch(taint -> taint.getKey().equals(OUT_OF_SERVICE.getKey()));
  }

  void declareInService(String node) {
    editTaints(node, taints -> taints.removeIf(t -> t.getKey().equals(OUT_OF_SERVICE.getKey())));
  }

  private void editTaints(String node, Consumer<List<Taint>> change) {
    edit(
        node,
        found -> {
          List<Taint> taints = new ArrayList<>(found.getSpec().getTaints());
          change.accept(taints);
          found.getSpec().setTaints(taints);
          return found;
        });
  }

  private void edit(String node, UnaryOperator<Node> change) {
    client.nodes().withName(node).edit(change);
  }
}
