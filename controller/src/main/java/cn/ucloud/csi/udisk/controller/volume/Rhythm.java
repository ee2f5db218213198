package cn.ucloud.csi.udisk.controller.volume;

import java.time.Duration;

/**
 * How long work of one kind took lately. Looks come closely where it is expected to end, so that
 * its end is seen at once; they are never later than without this.
 */
final class Rhythm {
  private static final Duration CLOSEST = Duration.ofMillis(25);

  private volatile Duration usual = Duration.ZERO;

  /** The work was seen to be done this long after it began. */
  void took(Duration elapsed) {
    usual = elapsed;
  }

  /**
   * How long to wait for the next look.
   *
   * @param elapsed since the work began
   * @param otherwise how long to wait if nothing were known
   */
  Duration next(Duration elapsed, Duration otherwise) {
    Duration expected = usual;
    // A tenth earlier, for the last time may have been a slow one, or noticed late.
    Duration from = expected.multipliedBy(9).dividedBy(10);
    Duration to = expected.multipliedBy(5).dividedBy(4);
    if (elapsed.compareTo(from) < 0) {
      return shorter(from.minus(elapsed), otherwise);
    }
    if (elapsed.compareTo(to) < 0) {
      Duration close = expected.dividedBy(50);
      return shorter(close.compareTo(CLOSEST) < 0 ? CLOSEST : close, otherwise);
    }
    return otherwise;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
