package cn.ucloud.csi.udisk.simulator.api;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A bucket that holds the requests of one second, and at least one. */
public final class RateLimit {
  private final InstantSource clock;
  private @Nullable Double perSecond;
  private double left;
  private long filledAt;

  public RateLimit(InstantSource clock, @Nullable Double perSecond) {
    this.clock = clock;
    set(perSecond);
  }

  /** From now on so many requests a second; null for any number. */
  public synchronized void set(@Nullable Double newPerSecond) {
    perSecond = newPerSecond;
    left = newPerSecond == null ? 0 : Math.max(1, newPerSecond);
    filledAt = clock.millis();
  }

  synchronized boolean allows() {
    if (perSecond == null) {
      return true;
    }
    long now = clock.millis();
    left = Math.min(Math.max(1, perSecond), left + (now - filledAt) * perSecond / 1000);
    filledAt = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
