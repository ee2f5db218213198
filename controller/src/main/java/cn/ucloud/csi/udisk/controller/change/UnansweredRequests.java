package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Note;
import cn.ucloud.csi.udisk.controller.polling.StaleReads;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
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
  private record Order(
      String key, String what, Answer answer, long sentAt, boolean isOvertaken, Note note) {
    Order overtaken() {
      return new Order(key, what, answer, sentAt, true, note);
    }

    boolean isOpen() {
      return answer != Answer.MADE && answer != Answer.SEEN;
    }
  }

  /** How an order was answered. */
  enum Answer {
    ACCEPTED("was accepted"),
    NONE("was not answered"),
    UNCLEAR("was refused in a way that leaves its effect open"),
    OF_EARLIER_PROCESS("may have been sent"),
    /** With what it made, which others may not be shown yet: noted, and open no more. */
    MADE("was answered"),
    /** Its effect was, which others may not be shown yet: noted, and open no more. */
    SEEN("was seen to be done");

    private final String words;

    Answer(String words) {
      this.words = words;
    }
  }

  /** The same order sent twice is here twice; all are looked through, for they are few. */
  private final List<Order> orders = new CopyOnWriteArrayList<>();

  private final Duration settle;
  private final StaleReads staleReads;
  private final RequestJournal journal;
  private final Duration lag;
  private final TimeSource time;
  private volatile long start;

  UnansweredRequests(
      Timing timing, StaleReads staleReads, RequestJournal journal, TimeSource time) {
    this.settle = timing.settle();
    this.lag = timing.lag();
    this.staleReads = staleReads;
    this.journal = journal;
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

  /**
   * The same where it is known what the one before it had sent: as it may have been sent just now,
   * and nothing else may still be done.
   */
  public void begin(List<RequestJournal.Left> left) {
    long now = time.now();
    start = now - settle.toNanos();
    for (RequestJournal.Left order : left) {
      Answer answer = order.isSeen() ? Answer.SEEN : Answer.OF_EARLIER_PROCESS;
      orders.add(new Order(order.key(), order.what(), answer, now, false, order.note()));
      if (order.isSeen()) {
        List<RequestJournal.Left> ofDisk =
            left.stream().filter(other -> other.key().equals(order.key())).toList();
        staleReads.distrust(order.key(), shown -> RequestName.isNew(ofDisk, shown));
      }
    }
    journal.complete();
  }

  /** An order that is about to be sent. */
  Sending sending(String key, String what) {
    return new Sending(journal, key, what);
  }

  /** The order {@code what} for {@code key}, a disk's id or its name, was sent and not answered. */
  public void add(String key, String what) {
    add(key, what, Answer.NONE, Note.NONE);
  }

  /** The same for one that was answered, or not, in this way. */
  void add(String key, String what, Answer answer, Note note) {
    orders.add(new Order(key, what, answer, time.now(), false, note));
  }

  /** What was ordered by name has been made; other processes may not be shown it yet. */
  void made(String key, String what, Note note) {
    add(key, what, Answer.MADE, note);
  }

  /**
   * {@code what} has been done for {@code key}. If this process is young, the one before it may
   * have ordered the same, and its order may still be to come: see {@link #ofEarlierProcess}.
   */
  public void doneAlsoByEarlierProcess(String key, String what) {
    if (!earlierProcess().isZero()) {
      orders.add(new Order(key, what, Answer.OF_EARLIER_PROCESS, start, false, Note.NONE));
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

  /** A disk that was made has been seen; others may not be shown it yet, and think it is gone. */
  public void seenMade(String diskId) {
    String what = RequestName.creation(diskId);
    Note note = journal.write(diskId, what);
    note.seen();
    add(diskId, what, Answer.SEEN, note);
  }

  /** What was ordered under the name {@code key} is shown; others may not be shown it yet. */
  synchronized void found(String key) {
    orders.stream()
        .filter(order -> order.isOpen() && order.key.equals(key))
        .toList()
        .forEach(order -> {
          if (orders.remove(order)) {
            made(key, order.what, order.note);
          }
        });
  }

  /** All orders {@code what} for {@code key} have been seen to be done. */
  synchronized void remove(String key, String what) {
    drop(order -> order.isOpen() && order.key.equals(key) && order.what.equals(what));
  }

  /**
   * The effect of {@code what} is seen, and this process did not wait for it: if the one before it
   * ordered that, it has been done.
   */
  public void seenOfEarlierProcess(String key, String what) {
    if (unanswered(key).anyMatch(order -> order.answer == Answer.OF_EARLIER_PROCESS)) {
      seen(key, what);
    }
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
    done.filter(orders::remove).ifPresent(this::keepNote);
    same.stream()
        .filter(order -> !order.isOvertaken && !done.equals(Optional.of(order)))
        .forEach(order -> {
          orders.remove(order);
          orders.add(order.overtaken());
        });
  }

  private void keepNote(Order done) {
    done.note.seen();
    add(done.key, done.what, Answer.SEEN, done.note);
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
    sweep();
    return orders.stream().filter(order -> order.isOpen() && order.key.equals(key));
  }

  /** Forgets what has settled; to be called now and then where nobody asks for anything. */
  public void sweep() {
    drop(order -> left(order).isZero());
    if (earlierProcess().isZero()) {
      journal.complete();
    }
  }

  private void drop(Predicate<Order> which) {
    List<Order> dropped = orders.stream().filter(which).toList();
    for (Order order : dropped) {
      if (orders.remove(order)) {
        order.note.remove();
      }
    }
  }

  private Duration left(Order order) {
    Duration left = left(order.sentAt);
    Duration unseen = settle.minus(lag);
    return order.answer != Answer.SEEN
        ? left
        : left.compareTo(unseen) > 0 ? left.minus(unseen) : Duration.ZERO;
  }

  private Duration left(long from) {
    Duration left = settle.minusNanos(time.now() - from);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
