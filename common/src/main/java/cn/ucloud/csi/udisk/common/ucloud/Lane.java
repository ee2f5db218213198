package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How fast calls of one sort go (decision 10): a rate that is found out by use, and a gate that
 * closes when they are throttled and then lets one probe through at a time.
 *
 * <p>UCloud publishes no rate. It is raised quickly by each second that uses it up until the first
 * refusal, and slowly from then on; each refusal lowers it by a twentieth.
 */
public final class Lane {
  private static final double FIRST_RATE = 20;
  private static final double HIGHEST_RATE = 1000;
  private static final double LOWEST_RATE = 1;

  /** Each second that uses the rate up, until the first refusal and after it. */
  private static final double SEARCH = 1.5;

  private static final double RISE = 1.003;

  /** Each refusal; with the rise it makes one refusal in 17 s of storm. */
  private static final double FALL = 0.95;

  private static final Duration FIRST_CLOSURE = Duration.ofMillis(250);
  private static final Duration LONGEST_CLOSURE = Duration.ofSeconds(10);

  /** Who is refused after so long a silence is not refused for the rate of these calls. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private static final Duration GLANCE = Duration.ofMillis(50);
  private static final double SECOND = 1e9;

  /** Callers pass in the order in which they came; the first one waits for all. */
  private final ReentrantLock turnstile = new ReentrantLock(true);

  /** Those that were refused and come again: they have waited for their turn already. */
  private final ReentrantLock again = new ReentrantLock(true);

  private final Pause pause;
  private final Consumer<Duration> accountThrottled;
  private double rate = FIRST_RATE;
  private double tokens = FIRST_RATE / 4;
  private long filledAt;
  private long secondBegan;
  private int passedThisSecond;
  private boolean isKnown;
  private boolean isClosed;
  private boolean isProbing;
  private long closedUntil;
  private Duration closure = FIRST_CLOSURE;

  /**
   * @param accountThrottled told how long this lane stays closed when its own rate cannot be why
   */
  Lane(Pause pause, Consumer<Duration> accountThrottled) {
    this.pause = pause;
    this.accountThrottled = accountThrottled;
    this.filledAt = pause.now();
    this.secondBegan = filledAt;
  }

  /** A call that may be sent now; exactly one of its methods is called once. */
  public final class Turn {
    private final boolean isProbe;

    private Turn(boolean isProbe) {
      this.isProbe = isProbe;
    }

    /** The API answered, whatever it said. */
    void answered() {
      Lane.this.answered(isProbe);
    }

    /** The API said that it is called too often. */
    void throttled() {
      Lane.this.throttled(isProbe);
    }

    /** Nobody knows what the API would have said. */
    void lost() {
      Lane.this.lost(isProbe);
    }
  }

  /** Waits until another call may be sent. */
  Turn next() throws InterruptedException {
    return pass(turnstile, true);
  }

  /** The same for a call that was refused, before all that have not been sent yet. */
  Turn nextAgain() throws InterruptedException {
    return pass(again, false);
  }

  private Turn pass(ReentrantLock gate, boolean givesWay) throws InterruptedException {
    gate.lockInterruptibly();
    try {
      while (true) {
        if (givesWay && again.isLocked()) {
          pause.sleep(GLANCE);
          continue;
        }
        Entry entry = tryPass();
        if (entry.turn != null) {
          return entry.turn;
        }
        pause.sleep(entry.left);
      }
    } finally {
      gate.unlock();
    }
  }

  private record Entry(@Nullable Turn turn, Duration left) {}

  private synchronized Entry tryPass() {
    long now = pause.now();
    refill(now);
    if (isClosed) {
      if (!isProbing && now >= closedUntil) {
        isProbing = true;
        return new Entry(new Turn(true), Duration.ZERO);
      }
      return new Entry(null, isProbing ? GLANCE : Duration.ofNanos(closedUntil - now));
    }
    if (tokens >= 1) {
      tokens--;
      passedThisSecond++;
      return new Entry(new Turn(false), Duration.ZERO);
    }
    return new Entry(null, Duration.ofNanos((long) Math.ceil((1 - tokens) / rate * SECOND)));
  }

  /** Calls a second, as far as known. */
  public synchronized double rate() {
    return rate;
  }

  /** Whether these calls are throttled, so that only probes are sent. */
  public synchronized boolean isClosed() {
    return isClosed;
  }

  /** How many wait for their turn. */
  public int waiting() {
    return turnstile.getQueueLength() + again.getQueueLength();
  }

  private void refill(long now) {
    if (now - secondBegan >= SECOND) {
      if (passedThisSecond >= 0.8 * rate && !isClosed) {
        rate = Math.min(HIGHEST_RATE, rate * (isKnown ? RISE : SEARCH));
      }
      secondBegan = now;
      passedThisSecond = 0;
    }
    // A quarter of a second may be saved up: a lone caller never waits, a storm is no burst.
    double most = Math.max(1, rate / 4);
    tokens = Math.min(most, tokens + (now - filledAt) / SECOND * rate);
    filledAt = now;
  }

  private synchronized void answered(boolean isProbe) {
    if (isProbe) {
      isClosed = false;
      isProbing = false;
      closure = FIRST_CLOSURE;
      tokens = 0;
      filledAt = pause.now();
    }
  }

  private void throttled(boolean isProbe) {
    Duration silence = isProbe ? probeThrottled() : callThrottled();
    if (silence.compareTo(SILENCE) >= 0) { // outside of the lock: the other lane has one as well
      accountThrottled.accept(silence);
    }
  }

  private synchronized Duration probeThrottled() {
    isProbing = false;
    closure = closure.multipliedBy(2);
    closure = closure.compareTo(LONGEST_CLOSURE) > 0 ? LONGEST_CLOSURE : closure;
    closedUntil = pause.now() + closure.toNanos();
    rate = Math.max(LOWEST_RATE, rate * FALL);
    return closure;
  }

  private synchronized Duration callThrottled() {
    if (!isClosed) { // others that were under way say nothing new
      isClosed = true;
      closedUntil = pause.now() + closure.toNanos();
      rate = Math.max(LOWEST_RATE, rate * FALL / (isKnown ? 1 : SEARCH));
      isKnown = true;
    }
    return Duration.ZERO;
  }

  /** Closes for a reason that lies outside; says nothing about the rate. */
  synchronized void close(Duration time) {
    if (!isClosed) {
      isClosed = true;
      closedUntil = pause.now() + time.toNanos();
    }
  }

  private synchronized void lost(boolean isProbe) {
    if (isProbe) {
      isProbing = false; // the next one tries
    }
  }
}
