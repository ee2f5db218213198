package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.util.List;

/**
 * A pod that uses claims.
 *
 * @param node where it is; empty while it is not scheduled
 * @param claims the names of its claims, in its own namespace
 * @param unscheduled what the scheduler says of it; empty once it is scheduled
 * @param waiting why a container of it waits, such as ContainerCreating; of a pod that has failed,
 *     why
 */
public record Pod(
    String namespace,
    String name,
    String uid,
    String node,
    String phase,
    boolean isReady,
    List<String> claims,
    String unscheduled,
    String waiting,
    Instant createdAt,
    Instant deletedAt) {

  public String key() {
    return namespace + "/" + name;
  }

  public boolean isOver() {
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  public boolean isDeleting() {
    return deletedAt.isAfter(Instant.EPOCH);
  }
}
