package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when somebody sleeps; the driver's and the region's alike. */
final class VirtualTime implements TimeSource, InstantSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong();

  @Override
  public long now() {
    return nanos.get();
  }

  @Override
  public Instant instant() {
    return START.plusNanos(now());
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    pass(duration);
  }

  Duration elapsed() {
    return Duration.ofNanos(now());
  }

  void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }
}
