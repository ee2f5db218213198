package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodes;
import cn.ucloud.csi.udisk.controller.kube.record.NodeIdentity;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.model.Claim;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks the API server itself, never what was watched: an old answer could cost a disk. */
public final class KubernetesForceDetachPolicy implements ForceDetachPolicy {
  private static final String IN_USE = "kubernetes.io/csi/" + IdentityService.DRIVER_NAME + "^";

  private final KubernetesClient client;
  private final UnusedDisks unusedDisks;
  private final boolean replacesUnusableDisks;

  public KubernetesForceDetachPolicy(KubernetesClient client, boolean replacesUnusableDisks) {
    this.client = client;
    this.unusedDisks = new UnusedDisks(client);
    this.replacesUnusableDisks = replacesUnusableDisks;
  }

  @Override
  public Optional<String> findReasonToKeep(VolumeId disk, Claim claim) {
    return replacesUnusableDisks
        ? unusedDisks.findReasonToKeep(disk, claim)
        : Optional.of("--replace-unusable-disks is false");
  }

  @Override
  public Optional<String> findReasonToLeave(VolumeId disk, String host) {
    try {
      List<Suspect> nodes = nodesOn(host);
      if (nodes.isEmpty()) {
        return Optional.of("no node of this cluster is known to be that host");
      }
      for (Suspect node : nodes) {
        Optional<String> reason = node.findContradiction(host).or(() -> findUse(disk, node.node));
        if (reason.isPresent()) {
          return reason;
        }
      }
      return Optional.empty();
    } catch (KubernetesClientException e) {
      throw new Unavailable(
          "whether %s is in use on %s cannot be found out: %s"
              .formatted(disk, host, e.getMessage()),
          e);
    }
  }

  /** A node that may be the host, with the instances that its label and its CSINode name. */
  private record Suspect(Node node, List<String> instances) {

    Optional<String> findContradiction(String host) {
      return instances.stream()
          .filter(instance -> !instance.equals(host))
          .findFirst()
          .map(other -> "node " + node.getMetadata().getName() + " may also be " + other);
    }
  }

  @Override
  public boolean isReady(NodeId host) {
    try {
      return nodesOn(host.value()).stream()
          .anyMatch(suspect -> NodeRecord.of(suspect.node).isReady());
    } catch (KubernetesClientException e) {
      throw new Unavailable(
          "whether a node is %s cannot be found out: %s".formatted(host, e.getMessage()), e);
    }
  }

  private List<Suspect> nodesOn(String host) {
    Map<String, String> registered = new HashMap<>();
    Pages.forEach(
        options -> client.storage().v1().csiNodes().list(options),
        node ->
            CsiNodes.findNodeId(node)
                .map(NodeId::value)
                .ifPresent(id -> registered.put(node.getMetadata().getName(), id)));
    List<Suspect> suspects = new ArrayList<>();
    Pages.forEach(
        options -> client.nodes().list(options),
        node -> {
          List<String> instances = instances(node, registered);
          if (instances.contains(host)) {
            suspects.add(new Suspect(node, instances));
          }
        });
    return suspects;
  }

  private static List<String> instances(Node node, Map<String, String> registered) {
    return Stream.concat(
            NodeIdentity.findInstances(node).stream(),
            Stream.ofNullable(registered.get(node.getMetadata().getName())).map(NodeId::new))
        .filter(id -> !id.isAddress())
        .map(NodeId::value)
        .distinct()
        .toList();
  }

  private Optional<String> findUse(VolumeId disk, Node node) {
    String name = node.getMetadata().getName();
    List<VolumeAttachment> there = new ArrayList<>();
    Pages.forEach(
        options -> client.storage().v1().volumeAttachments().list(options),
        found -> {
          if (mayBeOn(name, found)) {
            there.add(found);
          }
        });
    Optional<String> attachment =
        there.stream()
            .filter(found -> mayBeOf(disk, found))
            .map(found -> found.getMetadata().getName())
            .findFirst();
    if (attachment.isPresent()) {
      return Optional.of("VolumeAttachment " + attachment.get() + " has it there");
    }
    boolean inUse =
        Stream.ofNullable(node.getStatus())
            .flatMap(status -> Stream.ofNullable(status.getVolumesInUse()).flatMap(List::stream))
            .anyMatch((IN_USE + disk)::equals);
    return inUse ? Optional.of("kubelet says that node " + name + " uses it") : Optional.empty();
  }

  /** One of this driver that does not say where may be anywhere. */
  private static boolean mayBeOn(String node, VolumeAttachment attachment) {
    VolumeAttachmentSpec spec = attachment.getSpec();
    return spec != null
        && IdentityService.DRIVER_NAME.equals(spec.getAttacher())
        && (spec.getNodeName() == null || spec.getNodeName().equals(node));
  }

  /** One whose volume cannot be told, because its PV is gone, may be of any disk. */
  private boolean mayBeOf(VolumeId disk, VolumeAttachment attachment) {
    return findVolume(attachment)
        .map(volume ->
            volume.getCsi() != null && disk.value().equals(volume.getCsi().getVolumeHandle()))
        .orElse(true);
  }

  private Optional<PersistentVolumeSpec> findVolume(VolumeAttachment attachment) {
    var source = attachment.getSpec().getSource();
    if (source == null) {
      return Optional.empty();
    }
    if (source.getInlineVolumeSpec() != null) {
      return Optional.of(source.getInlineVolumeSpec());
    }
    return Optional.ofNullable(source.getPersistentVolumeName())
        .flatMap(name -> Optional.ofNullable(client.persistentVolumes().withName(name).get()))
        .flatMap(volume -> Optional.ofNullable(volume.getSpec()));
  }
}
