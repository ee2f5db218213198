package cn.ucloud.csi.udisk.simulator.region;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The region's time, and what happens at a moment of it, one after the other.
 *
 * <p>Whoever looks at the region has what is due done first, and it is done at its own moment,
 * however late the look is: nothing depends on how fast this machine is. A region with a clock of
 * its own moves on with these looks alone.
 */
final class Timeline implements InstantSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

  private record Entry(Instant due, long sequence, Runnable action) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparing(Entry::due).thenComparingLong(Entry::sequence));
  private final InstantSource clock;
  private final Runnable look;
  private final Optional<ScheduledThreadPoolExecutor> executor;
  private long lastSequence;

  /** That of what is being done because it was due. */
  private @Nullable Instant moment;

  /**
   * @param look at the region, to be had when something is due
   */
  Timeline(InstantSource clock, Runnable look) {
    this.clock = clock;
    this.look = look;
    this.executor =
        clock.equals(InstantSource.system()) ? Optional.of(newExecutor()) : Optional.empty();
  }

  private static ScheduledThreadPoolExecutor newExecutor() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().name("timeline").factory());
    // What is not yet due belongs to the next start.
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  @Override
  public synchronized Instant instant() {
    return moment == null ? clock.instant() : moment;
  }

  void at(Instant due, Runnable action) {
    synchronized (this) {
      entries.add(new Entry(due, lastSequence++, action));
    }
    executor.ifPresent(real -> {
      long wait = Math.max(0, Duration.between(clock.instant(), due).toNanos());
      var _ = real.schedule(look, wait, TimeUnit.NANOSECONDS);
    });
  }

  /** Does what is due, in its order; the caller has the region for itself. */
  void catchUp() {
    for (Optional<Entry> due = next(); due.isPresent(); due = next()) {
      try {
        due.get().action.run();
      } catch (RuntimeException e) {
        LOG.error("a transition failed", e);
      } finally {
        enter(null);
      }
    }
  }

  private synchronized void enter(@Nullable Instant then) {
    moment = then;
  }

  private synchronized Optional<Entry> next() {
    Entry first = entries.peek();
    if (first == null || first.due.isAfter(clock.instant())) {
      return Optional.empty();
    }
    entries.remove();
    enter(first.due);
    return Optional.of(first);
  }

  @Override
  public void close() {
    // Waits for what is under way: a half-done transition would count as failed.
    executor.ifPresent(ScheduledThreadPoolExecutor::close);
  }
}
