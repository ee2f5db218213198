package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;

/**
 * A Kubernetes event about a claim, a volume, a pod, an attachment or a node.
 *
 * @param kind of the object, such as PersistentVolumeClaim
 * @param namespace of the object; empty where it has none
 */
public record Event(
    String kind,
    String namespace,
    String name,
    boolean isWarning,
    String reason,
    String message,
    Instant lastSeen,
    int count) {

  /** Whether it is about that object. */
  public boolean isAbout(String otherKind, String otherNamespace, String otherName) {
    return kind.equals(otherKind) && namespace.equals(otherNamespace) && name.equals(otherName);
  }
}
