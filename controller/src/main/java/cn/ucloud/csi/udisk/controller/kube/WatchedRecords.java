package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords;
import cn.ucloud.csi.udisk.controller.audit.SnapshotRecords;
import cn.ucloud.csi.udisk.controller.volume.ListedDisk;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The records as they were watched; before a disk is called leaked the API server is asked. */
final class WatchedRecords implements ClusterRecords {
  private final KubernetesClient client;
  private final Watched<Node> nodes;
  private final Watched<CSINode> csiNodes;
  private final Watched<PersistentVolume> volumes;
  private final Watched<VolumeAttachment> attachments;
  private final SnapshotRecords snapshots;

  WatchedRecords(
      KubernetesClient client,
      Watched<Node> nodes,
      Watched<CSINode> csiNodes,
      Watched<PersistentVolume> volumes,
      Watched<VolumeAttachment> attachments,
      SnapshotRecords snapshots) {
    this.client = client;
    this.nodes = nodes;
    this.csiNodes = csiNodes;
    this.volumes = volumes;
    this.attachments = attachments;
    this.snapshots = snapshots;
  }

  @Override
  public Look look() {
    Map<VolumeId, Set<String>> names = new HashMap<>();
    for (PersistentVolume volume : volumes.all()) {
      PersistentVolumes.findHandle(volume)
          .ifPresent(id ->
              names.computeIfAbsent(id, _ -> new HashSet<>()).add(volume.getMetadata().getName()));
    }
    Set<String> known = names.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    List<Node> allNodes = nodes.all();
    Map<String, String> registered = registered();
    List<VolumeAttachment> all = attachments.all();
    return new Look() {
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
        Set<String> there = nodesOf(disk).collect(Collectors.toSet());
        Set<String> own = names.getOrDefault(disk.id(), Set.of());
        return all.stream()
            .filter(found -> there.contains(found.getSpec().getNodeName()))
            .map(found -> found.getSpec().getSource().getPersistentVolumeName())
            .anyMatch(name -> name == null || own.contains(name) || !known.contains(name));
      }

      private Stream<String> nodesOf(ListedDisk disk) {
        return allNodes.stream()
            .filter(node -> isHost(node, registered, disk))
            .map(node -> node.getMetadata().getName());
      }
    };
  }

  private Map<String, String> registered() {
    Map<String, String> ids = new HashMap<>();
    for (CSINode node : csiNodes.all()) {
      CsiNodes.findNodeId(node).ifPresent(id -> ids.put(node.getMetadata().getName(), id.value()));
    }
    return ids;
  }

  private static boolean isHost(Node node, Map<String, String> registered, ListedDisk disk) {
    Optional<String> id = Optional.ofNullable(registered.get(node.getMetadata().getName()));
    return disk.host()
            .filter(host ->
                NodeLabels.findInstances(node).contains(host)
                    || id.filter(host.value()::equals).isPresent())
            .isPresent()
        || disk.hostAddress().filter(address -> NodeLabels.isAt(node, address)).isPresent();
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
    return disk.name().contains(claim.getMetadata().getUid());
  }

  @Override
  public SnapshotRecords snapshots() {
    return snapshots;
  }
}
