package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The orders of this process that may still be done, because they were not answered or because
 * their effect has not been seen: until they have settled, what the cloud shows of their disk
 * proves nothing (decision 5).
 */
public final class UnansweredRequests {
  /**
   * @param key of what it changes
   * @param what as in "attach of bsm-1 to uhost-a"
   * @param isOvertaken whether an effect has been seen that may be of another one; that of this one
   *     may still come, so no later sight proves it done
   */
  private record Order(String key, String what, Answer answer, long sentAt, boolean isOvertaken) {
    Order overtaken() {
      return new Order(key, what, answer, sentAt, true);
    }
  }

  /** How an order was answered. */
  enum Answer {
    ACCEPTED("was accepted"),
    NONE("was not answered"),
    UNCLEAR("was refused in a way that leaves its effect open"),
    OF_EARLIER_PROCESS("may have been sent");

    private final String words;

    Answer(String words) {
      this.words = words;
    }
  }

  /** The same order sent twice is here twice; all are looked through, for they are few. */
  private final List<Order> orders = new CopyOnWriteArrayList<>();

  private final Duration settle;
  private final TimeSource time;
  private volatile long start;

  UnansweredRequests(Duration settle, TimeSource time) {
    this.settle = settle;
    this.time = time;
    this.start = time.now();
  }

  /**
   * From now on this process sends orders; what the one before it sent last may still be done for
   * as long as anything unanswered.
   */
  public void begin() {
    start = time.now();
  }

  /** The order {@code what} for {@code key}, a disk's id or its name, was sent and not answered. */
  public void add(String key, String what) {
    add(key, what, Answer.NONE);
  }

  /** The same for one that was answered, or not, in this way. */
  void add(String key, String what, Answer answer) {
    orders.add(new Order(key, what, answer, time.now(), false));
  }

  /**
   * {@code what} has been done for {@code key}. If this process is young, the one before it may
   * have ordered the same, and its order may still be to come: see {@link #ofEarlierProcess}.
   */
  public void doneAlsoByEarlierProcess(String key, String what) {
    if (!earlierProcess().isZero()) {
      orders.add(new Order(key, what, Answer.OF_EARLIER_PROCESS, start, false));
    }
  }

  /** What {@link #doneAlsoByEarlierProcess} was told of, and may still be done once more. */
  public Optional<String> ofEarlierProcess(String key) {
    return unanswered(key)
        .findAny()
        .map(order ->
            "an earlier process may have requested a %s that may still be done; waiting up to %d s"
                .formatted(order.what, settle.toSeconds()));
  }

  /** The orders for {@code key} have been seen to be done. */
  void remove(String key) {
    orders.removeIf(order -> order.key.equals(key));
  }

  /** All orders {@code what} for {@code key} have been seen to be done. */
  void remove(String key, String what) {
    orders.removeIf(order -> order.key.equals(key) && order.what.equals(what));
  }

  /**
   * The effect of {@code what} has been seen: that of the order which was accepted, or of the only
   * one. Any other one may still be to come.
   */
  public synchronized void seen(String key, String what) {
    List<Order> same = unanswered(key).filter(order -> order.what.equals(what)).toList();
    Optional<Order> done =
        same.stream()
            .filter(order -> !order.isOvertaken)
            .filter(order -> order.answer == Answer.ACCEPTED || same.size() == 1)
            .findFirst();
    done.ifPresent(orders::remove);
    same.stream()
        .filter(order -> !order.isOvertaken && !done.equals(Optional.of(order)))
        .forEach(order -> {
          orders.remove(order);
          orders.add(order.overtaken());
        });
  }

  /** An order for {@code key} that may still be done, and is not {@code what} itself. */
  public Optional<String> otherThan(String what, String key) {
    return unanswered(key)
        .filter(order -> !order.what.equals(what))
        .max(Comparator.comparing(this::left))
        .map(order ->
            "an earlier %s %s and may still be done; waiting up to %d s"
                .formatted(order.what, order.answer.words, settle.toSeconds()));
  }

  /** How long an order that was not answered may be done after it was sent; the same each time. */
  public Duration settle() {
    return settle;
  }

  /** How long what the process before this one ordered may still be done; zero if it may not. */
  public Duration earlierProcess() {
    return left(start);
  }

  public boolean has(String key) {
    return unanswered(key).findAny().isPresent();
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
    return unanswered(key).map(this::left).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  private Stream<Order> unanswered(String key) {
    orders.removeIf(order -> left(order).isZero());
    return orders.stream().filter(order -> order.key.equals(key));
  }

  private Duration left(Order order) {
    return left(order.sentAt);
  }

  private Duration left(long from) {
    Duration left = settle.minusNanos(time.now() - from);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
