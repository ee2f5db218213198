package cn.ucloud.csi.udisk.controller.kube.upkeep;

import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.Patches;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The taint that keeps pods off a new node until this driver is registered there: the controller
 * takes it away, because nodes have no Kubernetes access.
 *
 * <p>Only a CSINode that names the driver counts. A node whose plugin never registers keeps it.
 */
public final class StartupTaint {
  private static final Logger LOG = LoggerFactory.getLogger(StartupTaint.class);

  private final KubernetesClient client;
  private final Informer<NodeRecord> nodes;
  private final Informer<CsiNodeRecord> csiNodes;

  private StartupTaint(
      KubernetesClient client, Informer<NodeRecord> nodes, Informer<CsiNodeRecord> csiNodes) {
    this.client = client;
    this.nodes = nodes;
    this.csiNodes = csiNodes;
  }

  /** Has it removed from every node that has it, now and later, once the driver is there. */
  public static void watch(
      KubernetesClient client,
      Informer<NodeRecord> nodes,
      Informer<CsiNodeRecord> csiNodes,
      RetryingTasks chores) {
    StartupTaint taint = new StartupTaint(client, nodes, csiNodes);
    Consumer<String> consider =
        name -> chores.plan("startup taint of node " + name, () -> taint.remove(name));
    nodes.tell(node -> node.findStartup().ifPresent(_ -> consider.accept(node.name())));
    csiNodes.tell(node -> {
      if (node.hasDriver()) {
        consider.accept(node.name());
      }
    });
  }

  private void remove(String name) {
    Optional<NodeRecord.Startup> startup = nodes.find(name).flatMap(NodeRecord::findStartup);
    if (startup.isEmpty() || csiNodes.find(name).filter(CsiNodeRecord::hasDriver).isEmpty()) {
      return;
    }
    // The watched node may be old: then its version is refused, and this is tried again.
    Node named = new NodeBuilder().withNewMetadata().withName(name).endMetadata().build();
    Patches.replace(client, named, startup.get().version(), "taints", startup.get().otherTaints());
    LOG.info("node {} takes pods now: the driver is registered there", name);
  }
}
