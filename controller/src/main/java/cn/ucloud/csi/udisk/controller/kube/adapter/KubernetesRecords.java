package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords;
import cn.ucloud.csi.udisk.controller.audit.SnapshotRecords;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.PersistentVolumes;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The records as they were watched; before a disk is called leaked the API server is asked. */
public final class KubernetesRecords implements ClusterRecords {
  private final KubernetesClient client;
  private final Informer<NodeRecord> nodes;
  private final Informer<CsiNodeRecord> csiNodes;
  private final Informer<VolumeRecord> volumes;
  private final Informer<AttachmentRecord> attachments;
  private final SnapshotRecords snapshots;

  public KubernetesRecords(
      KubernetesClient client,
      Informer<NodeRecord> nodes,
      Informer<CsiNodeRecord> csiNodes,
      Informer<VolumeRecord> volumes,
      Informer<AttachmentRecord> attachments,
      SnapshotRecords snapshots) {
    this.client = client;
    this.nodes = nodes;
    this.csiNodes = csiNodes;
    this.volumes = volumes;
    this.attachments = attachments;
    this.snapshots = snapshots;
  }

  @Override
  public View view() {
    Map<VolumeId, Set<String>> names = new HashMap<>();
    Set<String> known = new HashSet<>();
    for (VolumeRecord volume : volumes.all()) {
      volume
          .findDisk()
          .ifPresent(id -> {
            add(names, id, volume.name());
            known.add(volume.name());
          });
    }
    Map<String, Set<String>> nodesByHost = nodesByHost();
    Map<String, Set<Optional<String>>> volumesByNode = volumesByNode();
    return new View() {
      @Override
      public boolean hasVolume(VolumeId disk) {
        return names.containsKey(disk);
      }

      @Override
      public boolean isNode(ListedDisk disk) {
        return nodesOf(disk).findAny().isPresent();
      }

      // One whose volume cannot be told may be of any disk.
      @Override
      public boolean mayBeAttached(ListedDisk disk) {
        Set<String> own = names.getOrDefault(disk.id(), Set.of());
        return nodesOf(disk)
            .flatMap(node -> volumesByNode.getOrDefault(node, Set.of()).stream())
            .anyMatch(volume ->
                volume.filter(name -> known.contains(name) && !own.contains(name)).isEmpty());
      }

      private Stream<String> nodesOf(ListedDisk disk) {
        return Stream.concat(disk.host().map(NodeId::value).stream(), disk.hostAddress().stream())
            .flatMap(host -> nodesByHost.getOrDefault(host, Set.of()).stream());
      }
    };
  }

  /** The names of nodes, by all that the cloud may call their hosts. */
  private Map<String, Set<String>> nodesByHost() {
    Map<String, Set<String>> names = new HashMap<>();
    for (NodeRecord node : nodes.all()) {
      add(names, node.name(), node.name());
      node.addresses().forEach(address -> add(names, address, node.name()));
      node.instances().forEach(instance -> add(names, instance.value(), node.name()));
    }
    for (CsiNodeRecord node : csiNodes.all()) {
      node.findId()
          .filter(_ -> nodes.find(node.name()).isPresent())
          .ifPresent(id -> add(names, id.value(), node.name()));
    }
    return names;
  }

  /** What may be attached to a node: names of volumes, and nothing for one that has no name. */
  private Map<String, Set<Optional<String>>> volumesByNode() {
    Map<String, Set<Optional<String>>> names = new HashMap<>();
    for (AttachmentRecord attachment : attachments.all()) {
      if (attachment.node() != null) {
        add(names, attachment.node(), Optional.ofNullable(attachment.volume()));
      }
    }
    return names;
  }

  private static <K, V> void add(Map<K, Set<V>> sets, K key, V value) {
    sets.computeIfAbsent(key, _ -> new HashSet<>()).add(value);
  }

  @Override
  public Set<VolumeId> wanted(List<ListedDisk> disks) {
    Set<VolumeId> wanted = new HashSet<>();
    try {
      Pages.forEach(
          options -> client.persistentVolumes().list(options),
          volume -> PersistentVolumes.findHandle(volume).ifPresent(wanted::add));
      Pages.forEach(
          options -> client.persistentVolumeClaims().inAnyNamespace().list(options),
          claim ->
              disks.stream().filter(disk -> isFor(claim, disk)).forEach(d -> wanted.add(d.id())));
      return wanted;
    } catch (KubernetesClientException e) {
      throw new Unavailable("volumes and claims cannot be listed: " + e.getMessage(), e);
    }
  }

  /** The name of a disk carries the UID of the claim that it was made for. */
  private static boolean isFor(PersistentVolumeClaim claim, ListedDisk disk) {
    String uid = claim.getMetadata().getUid();
    return uid != null && disk.name().contains(uid);
  }

  @Override
  public Set<SnapshotId> awaited(List<Snapshot> interims) {
    Set<SnapshotId> awaited = new HashSet<>();
    try {
      Pages.forEach(
          options -> client.persistentVolumeClaims().inAnyNamespace().list(options),
          claim ->
              interims.stream()
                  .filter(_ -> EarlierRequests.isWaiting(claim))
                  .filter(interim -> mayBeFor(claim, interim))
                  .forEach(interim -> awaited.add(interim.id())));
      return awaited;
    } catch (KubernetesClientException e) {
      throw new Unavailable("claims cannot be listed: " + e.getMessage(), e);
    }
  }

  private static boolean mayBeFor(PersistentVolumeClaim claim, Snapshot interim) {
    String uid = claim.getMetadata().getUid();
    return uid == null
        || SnapshotContents.findUid(interim.name()).isEmpty()
        || interim.name().contains(uid);
  }

  @Override
  public SnapshotRecords snapshots() {
    return snapshots;
  }
}
