package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The orders of this process that were not answered and may still be done: until they have settled,
 * what the cloud shows of their disk proves nothing (decision 5).
 */
final class Unsettled {
  private record Order(String what, long sentAt) {}

  private final Map<String, Order> orders = new ConcurrentHashMap<>();
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
    orders.put(key, new Order(what, pause.now()));
  }

  /** The order for {@code key} has been seen to be done. */
  void remove(String key) {
    orders.remove(key);
  }

  /** An unanswered order for {@code key} that may still be done, and is not {@code what} itself. */
  Optional<String> otherThan(String what, String key) {
    return unsettled(key)
        .filter(order -> !order.what.equals(what))
        .map(order ->
            "an earlier %s was not answered and may still be done, for %d s"
                .formatted(order.what, left(order.sentAt).toSeconds() + 1));
  }

  /** How long what the process before this one ordered may still be done; zero if it may not. */
  Duration earlierProcess() {
    return left(start);
  }

  boolean has(String key) {
    return unsettled(key).isPresent();
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
    return unsettled(key).map(order -> left(order.sentAt)).orElse(Duration.ZERO);
  }

  private Optional<Order> unsettled(String key) {
    Order order = orders.get(key);
    if (order != null && left(order.sentAt).isZero()) {
      orders.remove(key, order);
      return Optional.empty();
    }
    return Optional.ofNullable(order);
  }

  private Duration left(long from) {
    Duration left = settle.minusNanos(pause.now() - from);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
