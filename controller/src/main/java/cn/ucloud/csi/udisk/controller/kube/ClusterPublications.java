package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.controller.volume.Publications;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What VolumeAttachments and CSINodes say, as they were watched. */
final class ClusterPublications implements Publications {
  /** Where the attacher keeps the id of a node, whose CSINode may go before it. */
  private static final String NODE_ID = "csi.alpha.kubernetes.io/node-id";

  private final Watched<Node> nodes;
  private final Watched<CSINode> csiNodes;
  private final Watched<PersistentVolume> volumes;
  private final Watched<VolumeAttachment> attachments;

  ClusterPublications(
      Watched<Node> nodes,
      Watched<CSINode> csiNodes,
      Watched<PersistentVolume> volumes,
      Watched<VolumeAttachment> attachments) {
    this.nodes = nodes;
    this.csiNodes = csiNodes;
    this.volumes = volumes;
    this.attachments = attachments;
  }

  private record Place(String volume, NodeId node) {}

  @Override
  public Look look() {
    List<VolumeAttachment> ours =
        attachments.all().stream()
            .filter(found -> IdentityService.DRIVER_NAME.equals(found.getSpec().getAttacher()))
            .toList();
    Map<String, NodeId> names = nodesByName(ours);
    Map<String, NodeId> hosts = nodesByHost(names);
    Map<Place, Optional<DeviceName>> letters = lettersTold(ours, names);
    return disk -> {
      NodeId node =
          Optional.ofNullable(hosts.get(disk.host().value()))
              .or(() -> disk.address().map(hosts::get))
              .orElse(disk.host());
      Optional<DeviceName> told =
          letters.getOrDefault(new Place(disk.volume().value(), node), disk.device());
      return Optional.of(node).filter(_ -> disk.device().isEmpty() || disk.device().equals(told));
    };
  }

  /** The CSI ids of the nodes, by the names of their objects. */
  private Map<String, NodeId> nodesByName(List<VolumeAttachment> ours) {
    Map<String, NodeId> ids = new HashMap<>();
    for (VolumeAttachment attachment : ours) {
      findAnnotated(attachment).ifPresent(id -> ids.put(attachment.getSpec().getNodeName(), id));
    }
    for (CSINode node : csiNodes.all()) {
      CsiNodes.findNodeId(node).ifPresent(id -> ids.put(node.getMetadata().getName(), id));
    }
    return ids;
  }

  /** The same by all that the cloud may call their hosts. */
  private Map<String, NodeId> nodesByHost(Map<String, NodeId> names) {
    Map<String, NodeId> ids = new HashMap<>();
    names.forEach((name, id) -> {
      ids.put(id.value(), id);
      nodes
          .find(name)
          .flatMap(NodeLabels::findInstance)
          .ifPresent(instance -> ids.put(instance.value(), id));
    });
    return ids;
  }

  /** The letters that nodes were told, of volumes that are attached for good. */
  private Map<Place, Optional<DeviceName>> lettersTold(
      List<VolumeAttachment> ours, Map<String, NodeId> names) {
    Map<Place, Optional<DeviceName>> letters = new HashMap<>();
    for (VolumeAttachment attachment : ours) {
      NodeId node = names.get(attachment.getSpec().getNodeName());
      Optional<String> volume = findHandle(attachment);
      if (node != null && volume.isPresent() && isAttached(attachment)) {
        letters.put(new Place(volume.get(), node), findLetter(attachment));
      }
    }
    return letters;
  }

  private static boolean isAttached(VolumeAttachment attachment) {
    return attachment.getMetadata().getDeletionTimestamp() == null
        && attachment.getStatus() != null
        && Boolean.TRUE.equals(attachment.getStatus().getAttached());
  }

  private static Optional<DeviceName> findLetter(VolumeAttachment attachment) {
    try {
      return Optional.ofNullable(attachment.getStatus().getAttachmentMetadata())
          .flatMap(metadata -> PublishContext.from(metadata).deviceName());
    } catch (InvalidRequest e) { // nothing that a node could use
      return Optional.empty();
    }
  }

  private Optional<String> findHandle(VolumeAttachment attachment) {
    var source = attachment.getSpec().getSource();
    Optional<PersistentVolumeSpec> inline = Optional.ofNullable(source.getInlineVolumeSpec());
    return inline
        .or(() ->
            Optional.ofNullable(source.getPersistentVolumeName())
                .flatMap(volumes::find)
                .map(PersistentVolume::getSpec))
        .flatMap(spec -> Optional.ofNullable(spec.getCsi()))
        .map(csi -> csi.getVolumeHandle());
  }

  private static Optional<NodeId> findAnnotated(VolumeAttachment attachment) {
    return Stream.ofNullable(attachment.getMetadata().getAnnotations())
        .flatMap(annotations -> Stream.ofNullable(annotations.get(NODE_ID)))
        .findFirst()
        .flatMap(CsiNodes::id);
  }
}
