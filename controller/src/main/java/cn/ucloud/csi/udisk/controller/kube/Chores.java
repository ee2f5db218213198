package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small things to be put right in the cluster. One that fails is tried again, for as long as this
 * process acts; each looks at the cluster anew when it begins.
 */
final class Chores implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

  /** Some ask the cloud, which takes its time; the others need not wait for them. */
  private static final int WORKERS = 4;

  private final Permission permission;
  private final Duration pause;
  private final Set<String> planned = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService worker =
      Executors.newScheduledThreadPool(
          WORKERS, Thread.ofPlatform().daemon().name("chores-", 1).factory());

  /**
   * @param pause before a chore that failed is tried again
   */
  Chores(Permission permission, Duration pause) {
    this.permission = permission;
    this.pause = pause;
  }

  /** Has it done soon; a chore of this name that has not begun yet is enough. */
  void plan(String name, Runnable chore) {
    if (planned.add(name)) {
      schedule(name, chore, Duration.ZERO);
    }
  }

  private void schedule(String name, Runnable chore, Duration delay) {
    try {
      var _ = worker.schedule(() -> run(name, chore), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is left to the next process", name);
    }
  }

  private void run(String name, Runnable chore) {
    planned.remove(name); // before it looks: what changes from here on plans it anew
    try (Permission.Pass _ = permission.enter()) {
      chore.run();
    } catch (RuntimeException e) {
      LOG.warn("{}: trying again, because of {}", name, e.toString());
      if (planned.add(name)) {
        schedule(name, chore, pause);
      }
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
