package cn.ucloud.csi.udisk.orchestrator.object;

import java.util.Optional;
import java.util.UUID;

/**
 * A PersistentVolumeClaim.
 *
 * @param selectedNode the node that the scheduler chose for the first pod; absent for a class that
 *     binds at once
 */
public record Claim(
    UUID uid,
    String namespace,
    String name,
    long capacityBytes,
    StorageClass storageClass,
    Optional<String> selectedNode) {

  /** A new claim whose pod the scheduler has placed on this node. */
  public static Claim on(String node, String name, long capacityBytes, StorageClass storageClass) {
    return new Claim(
        UUID.randomUUID(), "default", name, capacityBytes, storageClass, Optional.of(node));
  }

  /** The same claim after the scheduler chose again. */
  public Claim rescheduledTo(String node) {
    return new Claim(uid, namespace, name, capacityBytes, storageClass, Optional.of(node));
  }

  /** The name that CreateVolume gets, and the PersistentVolume. */
  public String volumeName() {
    return "pvc-" + uid;
  }
}
