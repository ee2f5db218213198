package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A PersistentVolumeClaim.
 *
 * @param phase Pending, Bound or Lost
 * @param volume the name of the PersistentVolume; empty while it is not bound
 * @param bytes requested
 * @param selectedNode that the scheduler chose for its pod
 * @param deletedAt when its deletion was asked for
 */
public record Claim(
    String namespace,
    String name,
    String uid,
    String version,
    String phase,
    String className,
    String volume,
    long bytes,
    List<String> accessModes,
    String selectedNode,
    Instant createdAt,
    Instant deletedAt,
    List<String> finalizers,
    Map<String, String> labels) {

  public String key() {
    return namespace + "/" + name;
  }

  public boolean isBound() {
    return "Bound".equals(phase);
  }

  public boolean isPending() {
    return "Pending".equals(phase);
  }

  public boolean isDeleting() {
    return deletedAt.isAfter(Instant.EPOCH);
  }
}
