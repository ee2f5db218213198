package cn.ucloud.csi.udisk.controller.recovery;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Since when each kubelet has been silent, by this process's own steady clock: no two machines'
 * clocks are compared. A process that has just begun knows of no silence.
 */
final class Heartbeats {
  /** Kubelet renews its lease every ten seconds; two renewals in a row do not fail by chance. */
  static final Duration SILENT = Duration.ofSeconds(20);

  /** While nobody looked, kubelets may have been heard of, or the API server away. */
  private static final Duration GAP = Duration.ofSeconds(60);

  private record Seen(Optional<String> heartbeat, long since, boolean hasChanged) {}

  private final Map<String, Seen> seen = new HashMap<>();
  private long looked;

  /** Takes a look at these nodes, all of which it has. */
  void look(Iterable<String> nodes, Map<String, String> heartbeats, long now) {
    if (now - looked > GAP.toNanos()) {
      seen.clear();
    }
    looked = now;
    Map<String, Seen> next = new HashMap<>();
    for (String node : nodes) {
      Optional<String> heartbeat = Optional.ofNullable(heartbeats.get(node));
      Seen before = seen.get(node);
      next.put(
          node,
          before != null && before.heartbeat.equals(heartbeat)
              ? before
              : new Seen(heartbeat, now, before != null));
    }
    seen.clear();
    seen.putAll(next);
  }

  /** How long it has said nothing, as far as was looked. */
  Duration silence(String node) {
    Seen last = seen.get(node);
    return last == null ? Duration.ZERO : Duration.ofNanos(looked - last.since);
  }

  boolean isSilent(String node) {
    return silence(node).compareTo(SILENT) >= 0;
  }

  /** Whether it was heard of just now, and not merely not looked for. */
  boolean isBeating(String node) {
    Seen last = seen.get(node);
    return last != null && last.hasChanged && last.heartbeat.isPresent() && !isSilent(node);
  }

  /** What it said last; empty if it has no lease. */
  Optional<String> last(String node) {
    return Optional.ofNullable(seen.get(node)).flatMap(Seen::heartbeat);
  }
}
