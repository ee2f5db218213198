package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.polling.Poller;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Finds by name what may have been made before, and knows when finding nothing is proof (decision
 * 5).
 */
public final class SettledLookup {
  /** However many wait, one of them looks in a second; all do when absence counts. */
  private static final Duration EACH = Duration.ofSeconds(1);

  private final UnansweredRequests unanswered;
  private final Poller poller;
  private final Timing timing;
  private final AtomicInteger waiting = new AtomicInteger();

  SettledLookup(UnansweredRequests unanswered, Poller poller, Timing timing) {
    this.unanswered = unanswered;
    this.poller = poller;
    this.timing = timing;
  }

  /**
   * What is looked for.
   *
   * @param key of the order that would have made it, in {@link UnansweredRequests}
   * @param what as in "disk named pvc-1"
   * @param isNew whether no other process can have ordered it; asked only when that matters
   */
  public record LookupQuery(String key, String what, BooleanSupplier isNew) {}

  /** Looks until there is something, or until its absence counts. */
  public <T> Optional<T> find(LookupQuery sought, Supplier<Optional<T>> look, Progress progress) {
    waiting.incrementAndGet();
    try {
      return findAmongOthers(sought, look, progress);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private <T> Optional<T> findAmongOthers(
      LookupQuery sought, Supplier<Optional<T>> look, Progress progress) {
    String key = sought.key;
    String what = sought.what;
    Duration wait = timing.firstPoll();
    while (true) {
      progress.at("looking for a " + what);
      // What has settled before the look cannot appear after it.
      Duration left = remaining(sought);
      Optional<T> found = look(what, look);
      if (found.isPresent()) {
        unanswered.found(key);
        return found;
      }
      if (left.isZero()) {
        return Optional.empty();
      }
      progress.at(
          "no %s found; waiting up to %d s because an earlier request may still make one"
              .formatted(what, unanswered.settle().toSeconds()));
      Duration share = EACH.multipliedBy(waiting.get());
      Duration next = share.compareTo(wait) > 0 ? share : wait;
      poller.sleep(left.compareTo(next) < 0 ? left : next);
      wait = longer(wait);
    }
  }

  /** Twice as long as before: what was made late is found after little more than its delay. */
  private Duration longer(Duration wait) {
    Duration longest = timing.longestPoll().multipliedBy(5);
    Duration next = wait.multipliedBy(2);
    return next.compareTo(longest) > 0 ? longest : next;
  }

  private Duration remaining(LookupQuery sought) {
    Duration own = unanswered.remainingOwn(sought.key);
    Duration all = unanswered.remaining(sought.key);
    return all.compareTo(own) > 0 && sought.isNew.getAsBoolean() ? own : all;
  }

  /** Until the look-up has been answered nothing is certain: an earlier call may have made it. */
  private static <T> Optional<T> look(String what, Supplier<Optional<T>> look) {
    try {
      return look.get();
    } catch (DriverException.Certain e) {
      throw new Unavailable(
          "whether there is a %s cannot be found out: %s".formatted(what, e.sentence()), e);
    }
  }
}
