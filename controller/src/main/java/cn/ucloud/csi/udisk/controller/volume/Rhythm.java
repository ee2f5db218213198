package cn.ucloud.csi.udisk.controller.volume;

import java.time.Duration;

/**
 * How long work of one kind took lately. Looks come closely where it is expected to end, so that
 * its end is seen at once; they are never later than without this.
 */
final class Rhythm {
  private static final Duration CLOSEST = Duration.ofMillis(25);

  /** The last work was done at some moment between these two. */
  private record Seen(Duration undone, Duration done) {}

  private volatile Seen last = new Seen(Duration.ZERO, Duration.ZERO);

  /**
   * The work was seen to be done so long after it began, and not yet at the look before. A look
   * that came late must not make the next one as late.
   */
  void took(Duration undone, Duration done) {
    last = new Seen(undone, done);
  }

  /**
   * How long to wait for the next look.
   *
   * @param elapsed since the work began
   * @param otherwise how long to wait if nothing were known
   */
  Duration next(Duration elapsed, Duration otherwise) {
    Seen seen = last;
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
