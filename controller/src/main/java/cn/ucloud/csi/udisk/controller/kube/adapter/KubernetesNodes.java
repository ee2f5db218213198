package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.cluster.SelectedNode;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.model.Claim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes of the cluster, and which of them a claim's pod was placed on. */
public final class KubernetesNodes implements NodeDirectory, Scheduling {
  private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

  private final KubernetesClient client;
  private final Informer<NodeRecord> nodes;
  private final Informer<CsiNodeRecord> csiNodes;
  private final EarlierRequests earlier;

  public KubernetesNodes(
      KubernetesClient client,
      Informer<NodeRecord> nodes,
      Informer<CsiNodeRecord> csiNodes,
      EarlierRequests earlier) {
    this.client = client;
    this.nodes = nodes;
    this.csiNodes = csiNodes;
    this.earlier = earlier;
  }

  @Override
  public Optional<NodeId> findInstance(NodeId address) {
    return nodes.all().stream()
        .filter(node -> node.isAt(address.value()))
        .flatMap(node -> node.findInstance().stream())
        .findFirst();
  }

  @Override
  public Optional<SelectedNode> findSelectedNode(Claim claim) {
    return read(claim)
        .flatMap(KubernetesNodes::findSelected)
        .flatMap(nodes::find)
        .map(node -> new SelectedNode(findInstance(node), node.segments()));
  }

  /** Outside of UK8S no label says it, but the plugin there does. */
  private Optional<NodeId> findInstance(NodeRecord node) {
    return node.findInstance()
        .or(() ->
            csiNodes.find(node.name()).flatMap(CsiNodeRecord::findId).filter(NodeId::isInstance));
  }

  @Override
  public boolean isImmediate(Claim claim) {
    return read(claim).filter(found -> findSelected(found).isEmpty()).isPresent();
  }

  private static Optional<String> findSelected(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getMetadata().getAnnotations())
        .flatMap(annotations -> Optional.ofNullable(annotations.get(SELECTED_NODE)));
  }

  @Override
  public List<Map<String, String>> segmentsOfNodes(Map<String, String> wanted) {
    return nodes.all().stream()
        .sorted(Comparator.comparing(NodeRecord::name))
        .map(NodeRecord::segments)
        .filter(segments -> segments.entrySet().containsAll(wanted.entrySet()))
        .distinct()
        .toList();
  }

  /** The volume's name must carry the claim's UID: its name may belong to another claim by now. */
  @Override
  public boolean isNew(Claim claim) {
    return earlier.areClaimsKnown()
        && read(claim)
            .map(found -> found.getMetadata().getUid())
            .filter(claim::isOf)
            .filter(uid -> !earlier.mayHaveClaim(uid))
            .isPresent();
  }

  @Override
  public boolean isNewSnapshot(String name) {
    return SnapshotContents.findUid(name).filter(uid -> !earlier.mayHaveSnapshot(uid)).isPresent();
  }

  @Override
  public boolean isGone(Claim claim) {
    return read(claim).map(found -> claim.isOfOtherThan(found.getMetadata().getUid())).orElse(true);
  }

  /** Live: the annotation is written just before the volume is asked for. */
  private Optional<PersistentVolumeClaim> read(Claim claim) {
    try {
      return Optional.ofNullable(
          client
              .persistentVolumeClaims()
              .inNamespace(claim.namespace())
              .withName(claim.name())
              .get());
    } catch (KubernetesClientException e) {
      throw new Unavailable(
          "claim %s/%s cannot be read: %s"
              .formatted(claim.namespace(), claim.name(), e.getMessage()),
          e);
    }
  }
}
