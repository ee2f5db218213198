package cn.ucloud.csi.udisk.controller.polling;

import java.time.Duration;

/**
 * How long work of one kind took lately. A few look closely where it is expected to end, so that
 * its end is seen at once, and never later than without this. In a crowd nobody looks before it is
 * likely to be done, and then seldom.
 */
final class PollIntervals {
  private static final Duration CLOSEST = Duration.ofMillis(25);

  /** Of the first in a crowd. */
  private static final Duration UNKNOWN = Duration.ofSeconds(2);

  private static final Duration CROWDED = Duration.ofMillis(500);

  /** Where in between what was too early and what was late enough the first look of a crowd is. */
  private static final double AIM = 0.8;

  /** So much less is known with each further work: the cloud may have become slower or faster. */
  private static final double FORGET = 0.002;

  /** The last work was done at some moment between these two. */
  private record Observation(Duration undone, Duration done) {}

  private volatile Observation last = new Observation(Duration.ZERO, Duration.ZERO);
  private double tooEarly;
  private double lateEnough;

  /**
   * The work was seen to be done so long after it began, and not yet at the look before. A look
   * that came late must not make the next one as late.
   */
  synchronized void took(Duration undone, Duration done) {
    last = new Observation(undone, done);
    double early = undone.toNanos();
    double late = done.toNanos();
    tooEarly = Math.max(tooEarly * (1 - FORGET), early);
    lateEnough = lateEnough == 0 ? late : Math.min(lateEnough * (1 + FORGET), late);
    if (tooEarly >= lateEnough) { // it takes longer, or shorter, than it did
      tooEarly = Math.min(early, late * AIM);
      lateEnough = late;
    }
  }

  /** How long after its beginning the work is likely to be done. */
  synchronized Duration likely() {
    if (lateEnough == 0) {
      return UNKNOWN;
    }
    return Duration.ofNanos((long) (tooEarly + AIM * (lateEnough - tooEarly)));
  }

  /**
   * How long one of a crowd waits for the next look.
   *
   * @param elapsed since the work began
   * @param otherwise how long to wait if nothing were known
   */
  Duration nextInCrowd(Duration elapsed, Duration otherwise) {
    Duration left = likely().minus(elapsed);
    Duration least = otherwise.compareTo(CROWDED) < 0 ? CROWDED : otherwise;
    return left.compareTo(least) > 0 ? left : least;
  }

  /**
   * How long to wait for the next look.
   *
   * @param elapsed since the work began
   * @param otherwise how long to wait if nothing were known
   */
  Duration next(Duration elapsed, Duration otherwise) {
    Observation seen = last;
    // A tenth earlier, for the last time may have been a slow one.
    Duration from = seen.undone.multipliedBy(9).dividedBy(10);
    Duration to = seen.done.multipliedBy(5).dividedBy(4);
    if (elapsed.compareTo(from) < 0) {
      return shorter(from.minus(elapsed), otherwise);
    }
    if (elapsed.compareTo(to) < 0) {
      Duration close = seen.done.dividedBy(50);
      return shorter(close.compareTo(CLOSEST) < 0 ? CLOSEST : close, otherwise);
    }
    return otherwise;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
