package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Virtual time for many threads at once: when all of them wait for something, it passes to the
 * moment for which the first of them sleeps. So what is done side by side takes as long as the
 * longest, and what is done in turn as long as all together.
 */
final class CrowdTime implements Pause, AutoCloseable {
  /** So often in a row all must be seen waiting; a thread may just have been woken. */
  private static final int SURE = 20;

  private final VirtualTime time;
  private final ThreadGroup crowd = new ThreadGroup("crowd");
  private final Set<Sleeper> sleepers = new HashSet<>();
  private final Thread clock;
  private volatile boolean isClosed;

  private record Sleeper(Thread thread, long until) {}

  CrowdTime(VirtualTime time) {
    this.time = time;
    this.clock = Thread.ofPlatform().name("clock").start(this::run);
  }

  /** Threads for which this time passes. */
  Thread.Builder threads() {
    return Thread.ofPlatform().group(crowd);
  }

  @Override
  public long now() {
    return time.now();
  }

  @Override
  public synchronized void sleep(Duration duration) throws InterruptedException {
    Sleeper me = new Sleeper(Thread.currentThread(), now() + duration.toNanos());
    sleepers.add(me);
    try {
      while (now() < me.until) {
        wait();
      }
    } finally {
      sleepers.remove(me);
    }
  }

  private void run() {
    int quiet = 0;
    while (!isClosed) {
      quiet = isQuiet() ? quiet + 1 : 0;
      if (quiet == SURE) {
        wakeTheFirst();
        quiet = 0;
      }
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private boolean isQuiet() {
    Thread[] all = new Thread[1000];
    List<Thread> threads = Stream.of(all).limit(crowd.enumerate(all)).toList();
    return threads.stream()
        .map(Thread::getState)
        .allMatch(state -> state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
  }

  private synchronized void wakeTheFirst() {
    sleepers.stream()
        .min(Comparator.comparingLong(Sleeper::until))
        .filter(first -> first.until > now())
        .ifPresent(first -> {
          time.pass(Duration.ofNanos(first.until - now()));
          notifyAll();
        });
  }

  @Override
  public void close() {
    isClosed = true;
    try {
      clock.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
