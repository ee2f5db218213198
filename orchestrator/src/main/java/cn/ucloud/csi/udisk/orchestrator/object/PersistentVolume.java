package cn.ucloud.csi.udisk.orchestrator.object;

import java.util.List;
import java.util.Map;

/**
 * A PersistentVolume of the driver.
 *
 * @param volumeHandle the driver's volume id
 * @param volumeAttributes the volume context, which comes back to the driver in later calls
 * @param accessibleFrom the node affinity: a node must have all segments of one entry; empty means
 *     everywhere
 */
public record PersistentVolume(
    String name,
    String volumeHandle,
    long capacityBytes,
    MountAccess access,
    Map<String, String> volumeAttributes,
    List<Map<String, String>> accessibleFrom) {

  public PersistentVolume {
    if (volumeHandle.isBlank()) {
      throw new IllegalArgumentException("the driver gave " + name + " no volume_id");
    }
    volumeAttributes = Map.copyOf(volumeAttributes);
    accessibleFrom = accessibleFrom.stream().map(Map::copyOf).toList();
  }

  /** Whether the scheduler may place a pod with this volume on the node. */
  public boolean isAccessibleFrom(NodeRegistration node) {
    return accessibleFrom.isEmpty()
        || accessibleFrom.stream()
            .anyMatch(term -> node.topology().entrySet().containsAll(term.entrySet()));
  }
}
