package cn.ucloud.csi.udisk.common.concurrent;

import java.time.Duration;

/** How long an operation has worked; it stands still while something else limits the operation. */
final class WorkClock {
  /** How often a clock that stands still is looked at. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private Duration earlier = Duration.ZERO;
  private long since = System.nanoTime();
  private boolean running = true;

  synchronized void stop() {
    earlier = worked();
    running = false;
  }

  synchronized void goOn() {
    since = System.nanoTime();
    running = true;
  }

  synchronized Duration worked() {
    return running ? earlier.plusNanos(System.nanoTime() - since) : earlier;
  }

  /** Waits for an end, at most for so many milliseconds; whether it has come. */
  @FunctionalInterface
  interface End {
    boolean await(long millis) throws InterruptedException;
  }

  /** Waits until an operation has ended, which gives true, or has worked for so long. */
  boolean awaitLimit(Duration limit, End end) throws InterruptedException {
    boolean ended = end.await(limit.toMillis());
    for (Duration left = limit.minus(worked()); !ended && left.isPositive(); ) {
      ended = end.await(Math.max(left.toMillis(), LOOK.toMillis()));
      left = limit.minus(worked());
    }
    return ended;
  }
}
