package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.volume.NodeDirectory;
import io.fabric8.kubernetes.api.model.Node;
import java.util.Optional;

/** The nodes of the cluster, as they were watched. */
final class ClusterNodes implements NodeDirectory {
  private final Watched<Node> nodes;

  ClusterNodes(Watched<Node> nodes) {
    this.nodes = nodes;
  }

  @Override
  public Optional<NodeId> findInstance(NodeId address) {
    return nodes.all().stream()
        .filter(node -> NodeLabels.isAt(node, address.value()))
        .flatMap(node -> NodeLabels.findInstance(node).stream())
        .findFirst();
  }
}
