package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How fast this process calls the API (decision 10): one rate, found out by use, and one gate that
 * closes for everybody when the account is throttled and then lets one probe through at a time.
 *
 * <p>UCloud publishes no rate. It is raised quickly by each second that uses it up until the first
 * refusal, and slowly from then on; each refusal lowers it by a twentieth.
 */
public final class Pace {
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
  private static final Duration GLANCE = Duration.ofMillis(50);
  private static final double SECOND = 1e9;

  /** Callers pass in the order in which they came; the first one waits for all. */
  private final ReentrantLock turnstile = new ReentrantLock(true);

  private final Pause pause;
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

  public Pace(Pause pause) {
    this.pause = pause;
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
      Pace.this.answered(isProbe);
    }

    /** The API said that it is called too often. */
    void throttled() {
      Pace.this.throttled(isProbe);
    }

    /** Nobody knows what the API would have said. */
    void lost() {
      Pace.this.lost(isProbe);
    }
  }

  /** Waits until another call may be sent. */
  Turn next() throws InterruptedException {
    turnstile.lockInterruptibly();
    try {
      while (true) {
        Duration wait;
        synchronized (this) {
          long now = pause.now();
          refill(now);
          if (isClosed) {
            if (!isProbing && now >= closedUntil) {
              isProbing = true;
              return new Turn(true);
            }
            wait = isProbing ? GLANCE : Duration.ofNanos(closedUntil - now);
          } else if (tokens >= 1) {
            tokens--;
            passedThisSecond++;
            return new Turn(false);
          } else {
            wait = Duration.ofNanos((long) Math.ceil((1 - tokens) / rate * SECOND));
          }
        }
        pause.sleep(wait);
      }
    } finally {
      turnstile.unlock();
    }
  }

  /** Calls a second, as far as known. */
  public synchronized double rate() {
    return rate;
  }

  /** Whether the account is throttled. */
  public synchronized boolean isClosed() {
    return isClosed;
  }

  /** How many wait for their turn. */
  public int waiting() {
    return turnstile.getQueueLength();
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

  private synchronized void throttled(boolean isProbe) {
    long now = pause.now();
    if (isProbe) {
      isProbing = false;
      closure = closure.multipliedBy(2);
      closure = closure.compareTo(LONGEST_CLOSURE) > 0 ? LONGEST_CLOSURE : closure;
      closedUntil = now + closure.toNanos();
      rate = Math.max(LOWEST_RATE, rate * FALL);
    } else if (!isClosed) { // others that were under way say nothing new
      isClosed = true;
      closedUntil = now + closure.toNanos();
      rate = Math.max(LOWEST_RATE, rate * FALL / (isKnown ? 1 : SEARCH));
      isKnown = true;
    }
  }

  private synchronized void lost(boolean isProbe) {
    if (isProbe) {
      isProbing = false; // the next one tries
    }
  }
}
