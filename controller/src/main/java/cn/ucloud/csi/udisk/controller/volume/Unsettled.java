package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The orders of this process that were not answered and may still be done: until they have settled,
 * what the cloud shows of their disk proves nothing (decision 5).
 */
final class Unsettled {
  private record Order(String key, String what) {}

  /** All orders with the time when each was sent last; rarely any, so they are looked through. */
  private final Map<Order, Long> orders = new ConcurrentHashMap<>();

  private final Duration settle;
  private final Pause pause;
  private volatile long start;

  Unsettled(Duration settle, Pause pause) {
    this.settle = settle;
    this.pause = pause;
    this.start = pause.now();
  }

  /**
   * From now on this process sends orders; what the one before it sent last may still be done for
   * as long as anything unanswered.
   */
  void begin() {
    start = pause.now();
  }

  /** The order {@code what} for {@code key}, a disk's id or its name, was sent and not answered. */
  void add(String key, String what) {
    orders.put(new Order(key, what), pause.now());
  }

  /**
   * {@code what} has been done for {@code key}. If this process is young, the one before it may
   * have ordered the same, and its order may still be to come: see {@link #ofEarlierProcess}.
   */
  void doneAlsoByEarlierProcess(String key, String what) {
    if (!earlierProcess().isZero()) {
      orders.put(new Order(key, what), start);
    }
  }

  /** What {@link #doneAlsoByEarlierProcess} was told of, and may still be done once more. */
  Optional<String> ofEarlierProcess(String key) {
    return unsettled(key)
        .findAny()
        .map(order ->
            "an earlier process may have ordered a %s that may still be done, for %d s"
                .formatted(order.what, left(order).toSeconds() + 1));
  }

  /** The orders for {@code key} have been seen to be done. */
  void remove(String key) {
    orders.keySet().removeIf(order -> order.key.equals(key));
  }

  /** The order {@code what} for {@code key} has been seen to be done. */
  void remove(String key, String what) {
    orders.remove(new Order(key, what));
  }

  /** An unanswered order for {@code key} that may still be done, and is not {@code what} itself. */
  Optional<String> otherThan(String what, String key) {
    return unsettled(key)
        .filter(order -> !order.what.equals(what))
        .max(Comparator.comparing(this::left))
        .map(order ->
            "an earlier %s was not answered and may still be done, for %d s"
                .formatted(order.what, left(order).toSeconds() + 1));
  }

  /** How long what the process before this one ordered may still be done; zero if it may not. */
  Duration earlierProcess() {
    return left(start);
  }

  boolean has(String key) {
    return unsettled(key).findAny().isPresent();
  }

  /**
   * How long an order for {@code key} may still be done, of this process or, while this one is
   * young, of the one before it; zero if none may.
   */
  Duration remaining(String key) {
    Duration own = remainingOwn(key);
    Duration earlier = earlierProcess();
    return own.compareTo(earlier) > 0 ? own : earlier;
  }

  /** The same for an order of this process alone. */
  Duration remainingOwn(String key) {
    return unsettled(key).map(this::left).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  private Stream<Order> unsettled(String key) {
    orders.values().removeIf(sentAt -> left(sentAt).isZero());
    return orders.keySet().stream().filter(order -> order.key.equals(key));
  }

  private Duration left(Order order) {
    Long sentAt = orders.get(order);
    return sentAt == null ? Duration.ZERO : left(sentAt);
  }

  private Duration left(long from) {
    Duration left = settle.minusNanos(pause.now() - from);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
