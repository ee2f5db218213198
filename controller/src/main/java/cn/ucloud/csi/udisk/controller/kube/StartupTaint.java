package cn.ucloud.csi.udisk.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The taint that keeps pods off a new node until this driver is registered there: the controller
 * takes it away, because nodes have no Kubernetes access.
 *
 * <p>Only a CSINode that names the driver counts. A node whose plugin never registers keeps it.
 */
final class StartupTaint {
  static final String KEY = "udisk.csi.ucloud.cn/agent-not-ready";

  private static final Logger LOG = LoggerFactory.getLogger(StartupTaint.class);

  private final KubernetesClient client;
  private final Watched<Node> nodes;
  private final Watched<CSINode> csiNodes;

  private StartupTaint(KubernetesClient client, Watched<Node> nodes, Watched<CSINode> csiNodes) {
    this.client = client;
    this.nodes = nodes;
    this.csiNodes = csiNodes;
  }

  /** Has it removed from every node that has it, now and later, once the driver is there. */
  static void watch(
      KubernetesClient client, Watched<Node> nodes, Watched<CSINode> csiNodes, Chores chores) {
    StartupTaint taint = new StartupTaint(client, nodes, csiNodes);
    Consumer<HasMetadata> consider =
        object -> {
          String name = object.getMetadata().getName();
          chores.plan("startup taint of node " + name, () -> taint.remove(name));
        };
    nodes.tell(
        new Each<>(node -> {
          if (isTainted(node)) {
            consider.accept(node);
          }
        }));
    csiNodes.tell(
        new Each<>(node -> {
          if (CsiNodes.hasDriver(node)) {
            consider.accept(node);
          }
        }));
  }

  private void remove(String name) {
    Optional<Node> node = nodes.find(name).filter(StartupTaint::isTainted);
    if (node.isEmpty() || csiNodes.find(name).filter(CsiNodes::hasDriver).isEmpty()) {
      return;
    }
    // The watched node may be old: then its version is refused, and this is tried again.
    Patches.replace(
        client,
        node.get(),
        "taints",
        taints(node.get()).filter(taint -> !KEY.equals(taint.getKey())).toList());
    LOG.info("node {} takes pods now: the driver is registered there", name);
  }

  private static boolean isTainted(Node node) {
    return taints(node).anyMatch(taint -> KEY.equals(taint.getKey()));
  }

  private static Stream<Taint> taints(Node node) {
    return Stream.ofNullable(node.getSpec()).flatMap(spec -> spec.getTaints().stream());
  }
}
