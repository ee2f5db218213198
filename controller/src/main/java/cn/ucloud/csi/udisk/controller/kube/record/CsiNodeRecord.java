package cn.ucloud.csi.udisk.controller.kube.record;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
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
public record CsiNodeRecord(String name, boolean hasDriver, @Nullable NodeId id) {

  public static Informer<CsiNodeRecord> watch(KubernetesClient client) {
    return Informer.of(
        "CSINodes", client.storage().v1().csiNodes(), CSINode::new, CsiNodeRecord::of);
  }

  static CsiNodeRecord of(CSINode node) {
    return new CsiNodeRecord(
        node.getMetadata().getName(),
        CsiNodes.hasDriver(node),
        CsiNodes.findNodeId(node).orElse(null));
  }

  public Optional<NodeId> findId() {
    return Optional.ofNullable(id);
  }
}
