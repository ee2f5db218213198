package cn.ucloud.csi.udisk.controller.polling;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.concurrent.Waits;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.trace.CurrentSpan;
import cn.ucloud.csi.udisk.common.trace.Span;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Looks again and again, ever less often. */
public final class Poller {
  private final Timing timing;
  private final TimeSource time;

  public Poller(Timing timing, TimeSource time) {
    this.timing = timing;
    this.time = time;
  }

  /**
   * What is waited for.
   *
   * @param what as in "bsm-1 to be free"
   * @param status of what is seen, for the message
   * @param outcome the result, once what is seen is as it should be
   */
  public record WaitCondition<S, T>(
      String what, Function<S, ?> status, Function<Optional<S>, Optional<T>> outcome) {}

  /**
   * Looks until there is an outcome. The first look is at once; one that fails is repeated,
   * whatever the reason, because something has been ordered and the answer is still to come.
   *
   * @throws OutcomeUnknown if that has not come within {@code patience}
   */
  public <S, T> T until(
      WaitCondition<S, T> condition,
      Duration patience,
      Progress progress,
      Supplier<Optional<S>> look) {
    return until(condition, patience, Cadence.UNKNOWN, progress, look);
  }

  /** When looks come. */
  interface Cadence {
    /** Of work about which nothing is known. */
    Cadence UNKNOWN = (_, otherwise) -> otherwise;

    /** How long to wait before the first look. */
    default Duration first() {
      return Duration.ZERO;
    }

    /**
     * How long to wait for the next look.
     *
     * @param elapsed since the wait began
     * @param otherwise how long to wait if nothing is known
     */
    Duration next(Duration elapsed, Duration otherwise);

    /** It was seen to be done so long after the wait began, and not yet at the look before. */
    default void took(Duration undone, Duration done) {}
  }

  /**
   * The same for work with a cadence, which is told how long it took unless it was done at once.
   */
  <S, T> T until(
      WaitCondition<S, T> condition,
      Duration patience,
      Cadence cadence,
      Progress progress,
      Supplier<Optional<S>> look) {
    Span span = CurrentSpan.get().begin("wait");
    span.set("udisk.wait.for", condition.what);
    try {
      return CurrentSpan.within(span, () -> watch(condition, patience, cadence, progress, look));
    } finally {
      span.end();
    }
  }

  private <S, T> T watch(
      WaitCondition<S, T> condition,
      Duration patience,
      Cadence cadence,
      Progress progress,
      Supplier<Optional<S>> look) {
    long start = time.now();
    Duration wait = timing.firstPoll();
    Duration undone = Duration.ZERO;
    Duration first = cadence.first();
    boolean hasWaited = !first.isZero();
    if (hasWaited) {
      progress.at("waiting for " + condition.what);
      pause(first);
    }
    while (true) {
      Observation<S> found = look(look);
      Optional<T> result =
          found.failure.isEmpty() ? condition.outcome.apply(found.seen) : Optional.empty();
      Duration elapsed = Duration.ofNanos(time.now() - start);
      if (result.isPresent()) {
        if (hasWaited) {
          cadence.took(undone, elapsed);
        }
        return result.get();
      }
      String seen = found.describe(condition.status);
      progress.at("waiting for " + condition.what + "; it " + seen);
      if (elapsed.compareTo(patience) >= 0) {
        throw new OutcomeUnknown(
            "waited %d s for %s; it %s".formatted(patience.toSeconds(), condition.what, seen));
      }
      undone = elapsed;
      pause(cadence.next(elapsed, wait));
      hasWaited = true;
      wait = longer(wait);
    }
  }

  private record Observation<S>(Optional<S> seen, Optional<String> failure) {
    String describe(Function<S, ?> status) {
      return failure
          .map(sentence -> "cannot be read (" + sentence + ")")
          .or(() -> seen.map(s -> "is " + status.apply(s)))
          .orElse("is not listed");
    }
  }

  private static <S> Observation<S> look(Supplier<Optional<S>> look) {
    try {
      return new Observation<>(look.get(), Optional.empty());
    } catch (DriverException e) {
      return new Observation<>(Optional.empty(), Optional.of(e.sentence()));
    }
  }

  /**
   * Waits once.
   *
   * @throws OperationPending if interrupted
   */
  public void sleep(Duration duration) {
    Span span = CurrentSpan.get().begin("wait");
    try {
      pause(duration);
    } finally {
      span.end();
    }
  }

  private void pause(Duration duration) {
    long start = time.now();
    try {
      Waits.sleep(time, duration);
    } finally {
      TimeSpent.count(TimeSpent.Part.WAIT, Duration.ofNanos(time.now() - start));
    }
  }

  public Duration longer(Duration wait) {
    Duration next = wait.multipliedBy(3).dividedBy(2);
    return next.compareTo(timing.longestPoll()) > 0 ? timing.longestPoll() : next;
  }
}
