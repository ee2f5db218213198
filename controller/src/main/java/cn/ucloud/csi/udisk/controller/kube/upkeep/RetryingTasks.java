package cn.ucloud.csi.udisk.controller.kube.upkeep;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.controller.kube.client.Patches;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Small things to be put right in the cluster. One that fails is tried again, for as long as this
 * process acts; each looks at the cluster anew when it begins.
 */
public final class RetryingTasks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RetryingTasks.class);

  /** Some ask the cloud, which takes its time; the others need not wait for them. */
  private static final int WORKERS = 4;

  /** How often in a row an object may have changed in the meantime before somebody is told. */
  private static final int PATIENCE = 3;

  private final Permission permission;
  private final Duration pause;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> planned = new HashSet<>();
  private final Set<String> running = new HashSet<>();
  private final ScheduledExecutorService worker =
      Executors.newScheduledThreadPool(
          WORKERS, Thread.ofPlatform().daemon().name("chores-", 1).factory());

  /**
   * @param pause before a chore that failed is tried again
   */
  public RetryingTasks(Permission permission, Duration pause) {
    this.permission = permission;
    this.pause = pause;
  }

  /** From now on they are done: when all that they look at is known. */
  public void begin() {
    begun.complete(null);
  }

  /**
   * Has it done soon; a chore of this name that has not begun yet is enough, and while one runs no
   * second one does.
   */
  void plan(String name, Runnable chore) {
    if (claim(name)) {
      var _ = begun.thenRun(() -> schedule(name, chore, Duration.ZERO, 0));
    }
  }

  /** Whether it is for the caller to have it run; one that runs is run again by itself. */
  private boolean claim(String name) {
    lock.lock();
    try {
      return planned.add(name) && !running.contains(name);
    } finally {
      lock.unlock();
    }
  }

  private void schedule(String name, Runnable chore, Duration delay, int failures) {
    try {
      var _ =
          worker.schedule(
              () -> run(name, chore, failures), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is left to the next process", name);
    }
  }

  private void run(String name, Runnable chore, int failures) {
    start(name); // before it looks: what changes from here on plans it anew
    boolean isDone = false;
    try (Permission.Pass _ = permission.enter()) {
      chore.run();
      isDone = true;
    } catch (RuntimeException e) {
      // That others change an object at the same time is no news.
      boolean isNews = !Patches.isOutdated(e) || failures >= PATIENCE;
      LOG.atLevel(isNews ? Level.WARN : Level.DEBUG)
          .log("{}: trying again, because of {}", name, e.toString());
    }
    if (end(name, isDone)) {
      schedule(name, chore, isDone ? Duration.ZERO : pause, isDone ? 0 : failures + 1);
    }
  }

  private void start(String name) {
    lock.lock();
    try {
      planned.remove(name);
      running.add(name);
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is to be run again. */
  private boolean end(String name, boolean isDone) {
    lock.lock();
    try {
      running.remove(name);
      if (!isDone) {
        planned.add(name);
      }
      return planned.contains(name);
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is left to do. */
  public boolean areDone() {
    lock.lock();
    try {
      return planned.isEmpty() && running.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
