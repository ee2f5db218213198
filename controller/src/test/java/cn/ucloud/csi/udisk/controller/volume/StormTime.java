package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Time for many threads: it passes when each of them sleeps or waits for another one, so that a
 * busy machine makes nothing late. Whoever does not belong to them passes time by sleeping.
 */
final class StormTime implements Pause {
  private static final int SCANS = 4;

  private record Sleeper(long until, long order, Semaphore woken) {}

  private final PriorityQueue<Sleeper> sleepers =
      new PriorityQueue<>((a, b) ->
          a.until != b.until ? Long.compare(a.until, b.until) : Long.compare(a.order, b.order));
  private final List<Thread> crew = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private long now = 1_000_000_000_000L;
  private long order;

  @Override
  public synchronized long now() {
    return now;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Semaphore woken = new Semaphore(0);
    synchronized (this) {
      if (!crew.contains(Thread.currentThread())) {
        now += duration.toNanos();
        return;
      }
      sleepers.add(new Sleeper(now + duration.toNanos(), order++, woken));
    }
    woken.acquire();
  }

  /** Does all of it at once, and returns when all is done. */
  void run(List<Runnable> tasks) {
    ThreadFactory threads =
        Thread.ofVirtual()
            .uncaughtExceptionHandler((_, e) -> failure.compareAndSet(null, e))
            .factory();
    synchronized (this) {
      crew.clear();
      tasks.forEach(task -> crew.add(threads.newThread(task)));
    }
    crew.forEach(Thread::start);
    while (crew.stream().anyMatch(Thread::isAlive)) {
      if (areAllIdle()) {
        wakeTheFirst();
      } else {
        LockSupport.parkNanos(10_000);
      }
    }
    if (failure.get() != null) {
      throw new AssertionError("one of the crowd failed", failure.get());
    }
  }

  /** One might have woken another that was looked at before, so all are looked at again. */
  private boolean areAllIdle() {
    for (int scan = 0; scan < SCANS; scan++) {
      if (!crew.stream().allMatch(StormTime::isIdle)) {
        return false;
      }
    }
    return true;
  }

  /** A thread that has been woken does not count as waiting any more, even before it runs. */
  private static boolean isIdle(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, TERMINATED -> true;
      default -> false;
    };
  }

  private synchronized void wakeTheFirst() {
    Sleeper first = sleepers.poll();
    if (first != null) {
      now = Math.max(now, first.until);
      first.woken.release();
    }
  }
}
