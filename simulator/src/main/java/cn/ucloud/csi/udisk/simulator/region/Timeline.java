package cn.ucloud.csi.udisk.simulator.region;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things at a moment of wall-clock time, one after the other. */
final class Timeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("timeline").factory());

  void at(Instant due, Runnable action) {
    long wait = Math.max(0, Duration.between(Instant.now(), due).toNanos());
    var _ = executor.schedule(() -> guarded(action), wait, TimeUnit.NANOSECONDS);
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("a transition failed", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
