package cn.ucloud.csi.udisk.simulator.region;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things at a moment of wall-clock time, one after the other. */
final class Timeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().name("timeline").factory());

  Timeline() {
    // What is not yet due belongs to the next start.
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

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
    executor.close(); // Waits for what is under way: a half-done transition would count as failed.
  }
}
