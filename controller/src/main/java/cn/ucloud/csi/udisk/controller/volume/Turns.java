package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When reads are made that many wait for: two calls a second, whatever they read (decision 11).
 * Where very few work at all there are no turns: somebody who is alone is never delayed.
 */
final class Turns {
  /** Two calls a second with those that have no turns: of the first and last in a crowd. */
  private static final Duration PER_CALL = Duration.ofMillis(550);

  private static final int VERY_FEW = 4;

  /** The last ones of a crowd still belong to it. */
  private static final Duration AFTERMATH = Duration.ofSeconds(5);

  private final Pause pause;
  private final AtomicInteger present = new AtomicInteger();
  private final AtomicLong next;
  private volatile long crowdedUntil;

  Turns(Pause pause) {
    this.pause = pause;
    this.next = new AtomicLong(pause.now());
    this.crowdedUntil = pause.now();
  }

  /** One more reads or waits, until {@link #leave}. */
  void enter() {
    present.incrementAndGet();
  }

  void leave() {
    if (present.getAndDecrement() > VERY_FEW) {
      crowdedUntil = pause.now() + AFTERMATH.toNanos();
    }
  }

  int present() {
    return present.get();
  }

  /** Waits for a turn to make one call; does not wait where very few are present. */
  void awaitInCrowd() {
    if (isCrowd()) {
      await();
    }
  }

  private boolean isCrowd() {
    return present.get() > VERY_FEW || pause.now() < crowdedUntil;
  }

  /**
   * Waits for a turn to make one call. Turns are taken in the order in which they are asked for.
   *
   * @throws OperationPending if interrupted
   */
  void await() {
    long now = pause.now();
    long free = next.getAndUpdate(turn -> Math.max(now, turn) + PER_CALL.toNanos());
    if (free > now) {
      Waits.sleep(pause, Duration.ofNanos(free - now));
    }
  }

  /** So many more calls were made in the same turn; whoever comes next waits for them too. */
  void add(int calls) {
    next.addAndGet(PER_CALL.multipliedBy(calls).toNanos());
  }
}
