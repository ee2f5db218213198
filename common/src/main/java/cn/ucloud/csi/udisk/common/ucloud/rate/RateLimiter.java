package cn.ucloud.csi.udisk.common.ucloud.rate;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How fast calls of one sort go (decision 10): at a rate that is found out by use, through a gate
 * that closes when nearly all of them are throttled and then lets one probe through at a time.
 */
public final class RateLimiter {
  private static final Duration FIRST_CLOSURE = Duration.ofMillis(250);
  private static final Duration LONGEST_CLOSURE = Duration.ofSeconds(10);

  /** Who is refused after so long a silence is not refused for the rate of these calls. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  /** Nearly all are refused: with fewer no share can be told. */
  private static final double FEWEST_REFUSED = 2;

  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final double SECOND = 1e9;

  /** Callers pass in the order in which they came; the first one waits for all. */
  private final ReentrantLock permits = new ReentrantLock(true);

  /** Those that were refused and come again: they have waited for their turn already. */
  private final ReentrantLock again = new ReentrantLock(true);

  private final TimeSource time;
  private final Consumer<Duration> accountThrottled;
  private final AdaptiveRate rate;
  private double tokens;
  private long filledAt;

  /** Of the last second or two: each counts half as much a second later. */
  private double accepted;

  private double refused;
  private long countedAt;
  private boolean isClosed;
  private boolean isProbing;
  private long closedUntil;
  private Duration closure = FIRST_CLOSURE;

  /**
   * @param accountThrottled told how long this lane stays closed when its own rate cannot be why
   */
  public RateLimiter(TimeSource time, Consumer<Duration> accountThrottled) {
    this.time = time;
    this.accountThrottled = accountThrottled;
    this.filledAt = time.now();
    this.countedAt = filledAt;
    this.rate = new AdaptiveRate(filledAt);
    this.tokens = mostSavedUp();
  }

  /** A call that may be sent now; exactly one of its methods is called once. */
  public final class Permit {
    private final AdaptiveRate.Sent sent;
    private final boolean isProbe;

    private Permit(AdaptiveRate.Sent sent, boolean isProbe) {
      this.sent = sent;
      this.isProbe = isProbe;
    }

    /** The API answered, whatever it said. */
    public void answered() {
      RateLimiter.this.answered(this);
    }

    /** The API said that it is called too often. */
    public void throttled() {
      RateLimiter.this.throttled(this);
    }

    /** Nobody knows what the API would have said. */
    public void lost() {
      RateLimiter.this.lost(this);
    }
  }

  /** Waits until another call may be sent. */
  public Permit next() throws InterruptedException {
    return pass(permits, true);
  }

  /** The same for a call that was refused, before all that have not been sent yet. */
  public Permit nextAgain() throws InterruptedException {
    return pass(again, false);
  }

  private Permit pass(ReentrantLock gate, boolean givesWay) throws InterruptedException {
    gate.lockInterruptibly();
    try {
      boolean hasWaited = false;
      while (true) {
        if (givesWay && again.isLocked()) {
          time.sleep(POLL_INTERVAL);
        } else {
          Entry entry = tryPass(hasWaited);
          if (entry.turn != null) {
            return entry.turn;
          }
          time.sleep(entry.left);
        }
        hasWaited = true;
      }
    } finally {
      gate.unlock();
    }
  }

  private record Entry(@Nullable Permit turn, Duration left) {}

  private synchronized Entry tryPass(boolean hasWaited) {
    long now = time.now();
    refill(now);
    if (isClosed) {
      if (!isProbing && now >= closedUntil) {
        isProbing = true;
        return new Entry(new Permit(rate.sent(now, false), true), Duration.ZERO);
      }
      return new Entry(null, isProbing ? POLL_INTERVAL : Duration.ofNanos(closedUntil - now));
    }
    if (tokens >= 1) {
      tokens--;
      return new Entry(new Permit(rate.sent(now, hasWaited), false), Duration.ZERO);
    }
    return new Entry(null, Duration.ofNanos((long) Math.ceil((1 - tokens) / rate.now() * SECOND)));
  }

  /** Calls a second, as far as known. */
  public synchronized double rate() {
    return rate.perSecond();
  }

  /** Whether these calls are throttled, so that only probes are sent. */
  public synchronized boolean isClosed() {
    return isClosed;
  }

  /** How many wait for their turn. */
  public int waiting() {
    return permits.getQueueLength() + again.getQueueLength();
  }

  private void refill(long now) {
    if (!isClosed) {
      rate.advance(now);
    }
    tokens = Math.min(mostSavedUp(), tokens + (now - filledAt) / SECOND * rate.now());
    filledAt = now;
  }

  /** Those of a quarter of a second: a lone caller never waits, a storm is no burst. */
  private double mostSavedUp() {
    return Math.max(1, rate.now() / 4);
  }

  private synchronized void answered(Permit turn) {
    long now = time.now();
    count(now);
    accepted++;
    if (turn.isProbe) {
      turn.sent.ended();
      isClosed = false;
      isProbing = false;
      closure = FIRST_CLOSURE;
      tokens = 0;
      filledAt = now;
      refused = 0;
      rate.begin(now);
    } else if (isClosed) {
      turn.sent.ended();
    } else {
      turn.sent.accepted(now);
    }
  }

  private void throttled(Permit turn) {
    Duration silence = turn.isProbe ? probeThrottled(turn) : callThrottled(turn);
    if (silence.compareTo(SILENCE) >= 0) { // outside of the lock: the other lane has one as well
      accountThrottled.accept(silence);
    }
  }

  private synchronized Duration probeThrottled(Permit turn) {
    turn.sent.ended();
    isProbing = false;
    closure = closure.multipliedBy(2);
    closure = closure.compareTo(LONGEST_CLOSURE) > 0 ? LONGEST_CLOSURE : closure;
    closedUntil = time.now() + closure.toNanos();
    rate.probeRefused();
    return closure;
  }

  private synchronized Duration callThrottled(Permit turn) {
    long now = time.now();
    if (isClosed) { // others that were under way say nothing new
      turn.sent.ended();
      return Duration.ZERO;
    }
    count(now);
    refused++;
    turn.sent.refused(now);
    if (refused >= FEWEST_REFUSED && refused > 2 * accepted) {
      isClosed = true;
      closedUntil = now + closure.toNanos();
      rate.collapse(now);
    }
    return Duration.ZERO;
  }

  private void count(long now) {
    double rest = Math.pow(0.5, (now - countedAt) / SECOND);
    accepted *= rest;
    refused *= rest;
    countedAt = now;
  }

  /** Closes for a reason that lies outside; says nothing about the rate. */
  public synchronized void close(Duration duration) {
    if (!isClosed) {
      isClosed = true;
      closedUntil = time.now() + duration.toNanos();
    }
  }

  private synchronized void lost(Permit turn) {
    turn.sent.ended();
    if (turn.isProbe) {
      isProbing = false; // the next one tries
    }
  }
}
