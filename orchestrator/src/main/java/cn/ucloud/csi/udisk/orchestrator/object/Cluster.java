package cn.ucloud.csi.udisk.orchestrator.object;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The objects of one driver in an API server, as far as the callers need them. */
public final class Cluster {
  private final String driverName;
  private final Map<String, NodeRegistration> nodes = new ConcurrentHashMap<>();
  private final Map<String, VolumeAttachment> attachments = new ConcurrentHashMap<>();
  private final Set<UUID> deletedClaims = ConcurrentHashMap.newKeySet();

  public Cluster(String driverName) {
    this.driverName = driverName;
  }

  public String driverName() {
    return driverName;
  }

  /** The nodes on which the driver has registered, by name. */
  public List<NodeRegistration> nodes() {
    return nodes.values().stream()
        .sorted(Comparator.comparing(NodeRegistration::nodeName))
        .toList();
  }

  public Optional<NodeRegistration> findNode(String nodeName) {
    return Optional.ofNullable(nodes.get(nodeName));
  }

  /** Puts a node, or replaces what it said before. */
  public void putNode(NodeRegistration node) {
    nodes.put(node.nodeName(), node);
  }

  /** Forgets a node; its attachments stay, as they do in a cluster. */
  public void removeNode(String nodeName) {
    nodes.remove(nodeName);
  }

  /** All attachments, also those that are being deleted. */
  public List<VolumeAttachment> attachments() {
    return attachments.values().stream()
        .sorted(Comparator.comparing(VolumeAttachment::name))
        .toList();
  }

  public Optional<VolumeAttachment> findAttachment(PersistentVolume volume, String nodeName) {
    return attachments().stream()
        .filter(a -> a.volumeName().equals(volume.name()) && a.nodeName().equals(nodeName))
        .findFirst();
  }

  /** Deletes a claim, possibly while its volume is being made. */
  public void deleteClaim(Claim claim) {
    deletedClaims.add(claim.uid());
  }

  public boolean isDeleted(Claim claim) {
    return deletedClaims.contains(claim.uid());
  }

  public void putAttachment(VolumeAttachment attachment) {
    attachments.put(attachment.name(), attachment);
  }

  public void removeAttachment(VolumeAttachment attachment) {
    attachments.remove(attachment.name());
  }
}
