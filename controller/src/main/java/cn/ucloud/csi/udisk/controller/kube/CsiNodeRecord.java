package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.model.NodeId;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a CSINode, which kubelet writes.
 *
 * @param name of the Node as well
 * @param hasDriver whether this driver is registered there
 * @param id by which it is; null if that is no id of ours
 */
record CsiNodeRecord(String name, boolean hasDriver, @Nullable NodeId id) {

  static Watched<CsiNodeRecord> watch(KubernetesClient client) {
    return Watched.of(
        "CSINodes", client.storage().v1().csiNodes(), CSINode::new, CsiNodeRecord::of);
  }

  static CsiNodeRecord of(CSINode node) {
    return new CsiNodeRecord(
        node.getMetadata().getName(),
        CsiNodes.hasDriver(node),
        CsiNodes.findNodeId(node).orElse(null));
  }

  Optional<NodeId> findId() {
    return Optional.ofNullable(id);
  }
}
