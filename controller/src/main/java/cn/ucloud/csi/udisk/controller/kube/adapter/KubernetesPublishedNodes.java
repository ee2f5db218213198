package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What VolumeAttachments and CSINodes say, as they were watched. */
public final class KubernetesPublishedNodes implements PublishedNodes {
  private final Informer<NodeRecord> nodes;
  private final Informer<CsiNodeRecord> csiNodes;
  private final Informer<VolumeRecord> volumes;
  private final Informer<AttachmentRecord> attachments;
  private final EarlierMoves earlierMoves;

  public KubernetesPublishedNodes(
      Informer<NodeRecord> nodes,
      Informer<CsiNodeRecord> csiNodes,
      Informer<VolumeRecord> volumes,
      Informer<AttachmentRecord> attachments,
      EarlierMoves earlierMoves) {
    this.nodes = nodes;
    this.csiNodes = csiNodes;
    this.volumes = volumes;
    this.attachments = attachments;
    this.earlierMoves = earlierMoves;
  }

  private record Place(VolumeId volume, NodeId node) {}

  @Override
  public View view() {
    List<AttachmentRecord> ours =
        attachments.all().stream().filter(AttachmentRecord::isOurs).toList();
    Map<String, NodeId> names = nodesByName(ours);
    Map<String, NodeId> hosts = nodesByHost(names);
    Map<Place, PublishContext> told = told(ours, names);
    return disk -> {
      NodeId node =
          Optional.ofNullable(hosts.get(disk.host().value()))
              .or(() -> disk.address().map(hosts::get))
              .orElse(disk.host());
      PublishContext context = told.get(new Place(disk.volume(), node));
      return Optional.of(node).filter(_ -> context == null || isStillTrue(context, disk));
    };
  }

  @Override
  public Set<VolumeId> volumes() {
    return volumes.all().stream()
        .filter(VolumeRecord::isOurs)
        .flatMap(volume -> volume.findDisk().stream())
        .collect(Collectors.toSet());
  }

  @Override
  public boolean isAttached(VolumeId volume, NodeId node) {
    List<AttachmentRecord> its = attachmentsOf(volume);
    return told(its, nodesByName(its)).containsKey(new Place(volume, node));
  }

  @Override
  public boolean mayBeComing(VolumeId volume, NodeId node) {
    List<AttachmentRecord> its = attachmentsOf(volume);
    Map<String, NodeId> names = nodesByName(its);
    List<AttachmentRecord> there =
        its.stream().filter(found -> node.equals(names.get(found.node()))).toList();
    return there.isEmpty() || !there.stream().allMatch(AttachmentRecord::isAttached);
  }

  @Override
  public boolean mayHaveBeenMoving(VolumeId volume) {
    return earlierMoves.mayHave(volume);
  }

  @Override
  public Predicate<OnHost> nodes() {
    Set<String> hosts = new HashSet<>();
    for (NodeRecord node : nodes.all()) {
      hosts.add(node.name());
      hosts.addAll(node.addresses());
      node.instances().forEach(instance -> hosts.add(instance.value()));
    }
    csiNodes.all().forEach(node -> node.findId().ifPresent(id -> hosts.add(id.value())));
    return disk ->
        hosts.contains(disk.host().value()) || disk.address().filter(hosts::contains).isPresent();
  }

  /** Looks only at what is of this volume: it is asked before every attach. */
  private List<AttachmentRecord> attachmentsOf(VolumeId volume) {
    Set<String> names =
        volumes.all().stream()
            .filter(found -> volume.equals(found.disk()))
            .map(VolumeRecord::name)
            .collect(Collectors.toSet());
    return attachments.all().stream()
        .filter(found -> found.isOurs() && names.contains(found.volume()))
        .toList();
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
  private Map<String, NodeId> nodesByName(List<AttachmentRecord> ours) {
    Map<String, NodeId> ids = new HashMap<>();
    for (AttachmentRecord attachment : ours) {
      if (attachment.node() != null && attachment.nodeId() != null) {
        ids.put(attachment.node(), attachment.nodeId());
      }
    }
    for (CsiNodeRecord node : csiNodes.all()) {
      node.findId().ifPresent(id -> ids.put(node.name(), id));
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
          .flatMap(NodeRecord::findInstance)
          .ifPresent(instance -> ids.put(instance.value(), id));
    });
    return ids;
  }

  /** What nodes were told of volumes that are attached for good. */
  private Map<Place, PublishContext> told(List<AttachmentRecord> ours, Map<String, NodeId> names) {
    Map<Place, PublishContext> told = new HashMap<>();
    for (AttachmentRecord attachment : ours) {
      NodeId node = names.get(attachment.node());
      PublishContext context = attachment.told();
      if (node != null && context != null) {
        attachment.findDisk(volumes).ifPresent(disk -> told.put(new Place(disk, node), context));
      }
    }
    return told;
  }
}
