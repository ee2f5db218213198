package cn.ucloud.csi.udisk.controller.recovery;

import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many nodes may be marked, whatever is seen: a cloud that lies, or a network that is torn,
 * must not empty a cluster. The marks themselves say when they were made, so that a process knows
 * of those before it.
 */
final class MarkLimits {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final int MOST = 5;

  private final Map<String, Instant> recent = new HashMap<>();

  /** Why none may be marked, because of what all of the cluster looks like. */
  static Optional<String> findReason(long silent, int nodes) {
    return silent * 3 > nodes
        ? Optional.of(
            "the kubelets of %d of %d nodes are silent, which is more than a third"
                .formatted(silent, nodes))
        : Optional.empty();
  }

  /** Why no further one may be marked now. */
  Optional<String> findReason(Collection<Watched> nodes, Instant now) {
    nodes.forEach(
        node -> node.markedAt().ifPresent(at -> recent.merge(node.name(), at, MarkLimits::later)));
    recent.values().removeIf(at -> !at.isAfter(now.minus(WINDOW)));
    return recent.size() >= MOST
        ? Optional.of(
            "%d nodes were marked within %d minutes, which is the most"
                .formatted(recent.size(), WINDOW.toMinutes()))
        : Optional.empty();
  }

  void marked(String node, Instant at) {
    recent.put(node, at);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
