package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;

/**
 * A Kubernetes event about a claim, a volume, a pod, an attachment or a node.
 *
 * @param kind of the object, such as PersistentVolumeClaim
 * @param namespace of the object; empty where it has none
 * @param version of the event's object, which grows from one that is written to the next
 */
public record Event(
    String kind,
    String namespace,
    String name,
    boolean isWarning,
    String reason,
    String message,
    Instant lastSeen,
    int count,
    long version) {
  /** Most are of a whole second, and the few that are not would come after what they caused. */
  public static final Comparator<Event> IN_TIME =
      Comparator.comparing((Event event) -> event.lastSeen().truncatedTo(ChronoUnit.SECONDS))
          .thenComparingLong(Event::version);

  /** Whether it is about that object. */
  public boolean isAbout(String otherKind, String otherNamespace, String otherName) {
    return kind.equals(otherKind) && namespace.equals(otherNamespace) && name.equals(otherName);
  }
}
