package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import cn.ucloud.csi.udisk.controller.kube.client.Patches;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodes;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.OutOfService;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Marks Nodes. Whom to look at is taken from what was watched; what is done rests on what the API
 * server says at that moment, and on nobody having changed the Node since.
 */
public final class KubernetesNodeMarks implements NodeMarks {
  private static final String NAMESPACE = "kube-node-lease";

  /** A lease has 600 bytes, a hundredth of what a Node has. */
  private static final long PAGE = 500;

  /** Others write to a Node as well; it is judged anew each time. */
  private static final int TRIES = 3;

  /** By which those who remove or mend nodes show that they are at it. */
  private static final Set<String> OTHER_HANDS =
      Set.of(
          "ToBeDeletedByClusterAutoscaler",
          "karpenter.sh/disrupted",
          "karpenter.sh/disruption",
          "medik8s.io/remediation");

  private final KubernetesClient client;
  private final Informer<NodeRecord> nodes;
  private final Informer<AttachmentRecord> attachments;

  public KubernetesNodeMarks(
      KubernetesClient client, Informer<NodeRecord> nodes, Informer<AttachmentRecord> attachments) {
    this.client = client;
    this.nodes = nodes;
    this.attachments = attachments;
  }

  @Override
  public Map<String, String> heartbeats() {
    Map<String, String> heartbeats = new HashMap<>();
    asking(
        "the leases of kubelets",
        () -> {
          Pages.forEach(
              PAGE,
              options -> client.leases().inNamespace(NAMESPACE).list(options),
              lease -> heartbeats.put(lease.getMetadata().getName(), heartbeat(lease)));
          return true;
        });
    return heartbeats;
  }

  private static String heartbeat(Lease lease) {
    return lease.getSpec() == null ? "" : String.valueOf(lease.getSpec().getRenewTime());
  }

  @Override
  public Collection<Watched> nodes() {
    Set<String> used =
        attachments.all().stream()
            .filter(AttachmentRecord::isOurs)
            .map(AttachmentRecord::node)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return nodes.all().stream()
        .map(node ->
            new Watched(
                node.name(),
                node.instances(),
                node.isReady(),
                used.contains(node.name()),
                mark(node.outOfService()),
                node.outOfService().findSince()))
        .toList();
  }

  private static Mark mark(OutOfService state) {
    if (state.isTainted()) {
      return state.isOurs() ? Mark.OURS : Mark.FOREIGN;
    }
    return state.findSince().isPresent() ? Mark.REMOVED : Mark.NONE;
  }

  /** One that does not say where it is may be anywhere. */
  @Override
  public boolean hasVolumes(String node) {
    AtomicBoolean found = new AtomicBoolean();
    asking(
        "VolumeAttachments",
        () -> {
          Pages.forEach(
              options -> client.storage().v1().volumeAttachments().list(options),
              (VolumeAttachment one) -> {
                var spec = one.getSpec();
                if (spec != null
                    && IdentityService.DRIVER_NAME.equals(spec.getAttacher())
                    && (spec.getNodeName() == null || spec.getNodeName().equals(node))) {
                  found.set(true);
                }
              });
          return true;
        });
    return found.get();
  }

  @Override
  public Optional<String> mark(String name, Instant at, Function<Live, Optional<String>> doubt) {
    return change(
        name,
        doubt,
        node -> OutOfService.taintsWith(node, at),
        node -> OutOfService.annotations(node, Optional.of(at)));
  }

  @Override
  public Optional<String> unmark(String name, Function<Live, Optional<String>> doubt) {
    return change(
        name,
        doubt,
        node ->
            OutOfService.of(node).isOurs()
                ? OutOfService.taintsWithout(node)
                : node.getSpec().getTaints(),
        node -> OutOfService.annotations(node, Optional.empty()));
  }

  private Optional<String> change(
      String name,
      Function<Live, Optional<String>> doubt,
      Function<Node, List<Taint>> taints,
      Function<Node, Map<String, String>> annotations) {
    return asking(
        "node " + name,
        () -> {
          for (int i = 0; i < TRIES; i++) {
            try {
              return changeOnce(name, doubt, taints, annotations);
            } catch (KubernetesClientException e) {
              if (!Patches.isOutdated(e)) {
                throw e;
              }
            }
          }
          return Optional.of("others change it all the time");
        });
  }

  private Optional<String> changeOnce(
      String name,
      Function<Live, Optional<String>> doubt,
      Function<Node, List<Taint>> taints,
      Function<Node, Map<String, String>> annotations) {
    Node node = client.nodes().withName(name).get();
    if (node == null || node.getSpec() == null) {
      return Optional.of("there is no such node");
    }
    Optional<String> found = doubt.apply(live(node));
    if (found.isEmpty()) {
      Patches.replace(
          client,
          node,
          node.getMetadata().getResourceVersion(),
          Map.of(
              "/spec/taints", taints.apply(node),
              "/metadata/annotations", annotations.apply(node)));
    }
    return found;
  }

  private Live live(Node node) {
    String name = node.getMetadata().getName();
    Lease lease = client.leases().inNamespace(NAMESPACE).withName(name).get();
    CSINode csiNode = client.storage().v1().csiNodes().withName(name).get();
    NodeRecord now = NodeRecord.of(node);
    return new Live(
        now.isReady(),
        mark(now.outOfService()),
        Optional.ofNullable(lease).map(KubernetesNodeMarks::heartbeat),
        Stream.concat(Stream.of(name), now.addresses().stream()).toList(),
        now.instances().stream().map(NodeId::value).toList(),
        Optional.ofNullable(csiNode).flatMap(CsiNodes::findNodeId).map(NodeId::value),
        otherHand(node));
  }

  private static Optional<String> otherHand(Node node) {
    return node.getMetadata().getDeletionTimestamp() != null
        ? Optional.of("it is being deleted")
        : node.getSpec().getTaints().stream()
            .map(Taint::getKey)
            .filter(OTHER_HANDS::contains)
            .findFirst()
            .map(key -> "it has the taint " + key + " of another controller");
  }

  private static <T> T asking(String what, Supplier<T> question) {
    try {
      return question.get();
    } catch (KubernetesClientException e) {
      throw new Unavailable("%s cannot be read or changed: %s".formatted(what, e.getMessage()), e);
    }
  }
}
