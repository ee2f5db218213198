package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What VolumeAttachments and CSINodes say, as they were watched. */
final class ClusterPublications implements Publications {
  /** Where the attacher keeps the id of a node, whose CSINode may go before it. */
  private static final String NODE_ID = "csi.alpha.kubernetes.io/node-id";

  private static final PublishContext NOTHING =
      new PublishContext(Optional.empty(), Optional.empty());

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
    Map<Place, PublishContext> told = told(ours, names);
    return disk -> {
      NodeId node =
          Optional.ofNullable(hosts.get(disk.host().value()))
              .or(() -> disk.address().map(hosts::get))
              .orElse(disk.host());
      PublishContext context = told.get(new Place(disk.volume().value(), node));
      return Optional.of(node).filter(_ -> context == null || isStillTrue(context, disk));
    };
  }

  @Override
  public Set<VolumeId> volumes() {
    return volumes.all().stream()
        .filter(PersistentVolumes::isOurs)
        .flatMap(volume -> PersistentVolumes.findHandle(volume).stream())
        .collect(Collectors.toSet());
  }

  /** Looks only at what is of this volume: it is asked before every attach. */
  @Override
  public boolean isAttached(VolumeId volume, NodeId node) {
    Set<String> names =
        volumes.all().stream()
            .filter(found -> PersistentVolumes.findHandle(found).equals(Optional.of(volume)))
            .map(found -> found.getMetadata().getName())
            .collect(Collectors.toSet());
    List<VolumeAttachment> its =
        attachments.all().stream()
            .filter(found -> names.contains(found.getSpec().getSource().getPersistentVolumeName()))
            .filter(found -> IdentityService.DRIVER_NAME.equals(found.getSpec().getAttacher()))
            .toList();
    return told(its, nodesByName(its)).containsKey(new Place(volume.value(), node));
  }

  /**
   * A blank disk is formatted only if it has the size that its node was told, so one that has grown
   * before its first use must be told anew. A context of the closed driver says no size.
   */
  private static boolean isStillTrue(PublishContext told, OnHost disk) {
    boolean sameLetter = disk.device().isEmpty() || disk.device().equals(told.deviceName());
    boolean sameSize = told.size().isEmpty() || told.size().equals(Optional.of(disk.size()));
    return sameLetter && sameSize;
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

  /** What nodes were told of volumes that are attached for good. */
  private Map<Place, PublishContext> told(List<VolumeAttachment> ours, Map<String, NodeId> names) {
    Map<Place, PublishContext> told = new HashMap<>();
    for (VolumeAttachment attachment : ours) {
      NodeId node = names.get(attachment.getSpec().getNodeName());
      Optional<String> volume = findHandle(attachment);
      if (node != null && volume.isPresent() && isAttached(attachment)) {
        told.put(new Place(volume.get(), node), context(attachment));
      }
    }
    return told;
  }

  private static boolean isAttached(VolumeAttachment attachment) {
    return attachment.getMetadata().getDeletionTimestamp() == null
        && attachment.getStatus() != null
        && Boolean.TRUE.equals(attachment.getStatus().getAttached());
  }

  private static PublishContext context(VolumeAttachment attachment) {
    try {
      return Optional.ofNullable(attachment.getStatus().getAttachmentMetadata())
          .map(PublishContext::from)
          .orElse(NOTHING);
    } catch (InvalidRequest e) { // nothing that a node could use
      return NOTHING;
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
