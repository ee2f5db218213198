package cn.ucloud.csi.udisk.common.process;

import cn.ucloud.csi.udisk.common.identity.Readiness;
import cn.ucloud.csi.udisk.common.metrics.Health;
import cn.ucloud.csi.udisk.common.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lives exactly as long as the process. */
public final class ProcessScope {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessScope.class);

  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private final Metrics metrics = new Metrics();
  private final Readiness readiness = new Readiness();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<Supplier<Optional<String>>> lifeSigns = new CopyOnWriteArrayList<>();
  private final List<Supplier<Optional<String>>> expectations = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean failed;

  ProcessScope() {}

  public Metrics metrics() {
    return metrics;
  }

  /** Not ready until somebody says so. */
  public Readiness readiness() {
    return readiness;
  }

  /** Has this part closed at the end, after all that were given later. */
  public <T extends AutoCloseable> T own(T part) {
    synchronized (parts) {
      parts.push(part);
    }
    return part;
  }

  /** Has {@code /healthz} fail, and thereby the process restarted, while there is a problem. */
  public void watch(Supplier<Optional<String>> problem) {
    lifeSigns.add(problem);
  }

  /**
   * Has {@code /readyz} fail, and say why, while there is a problem. No work is kept away by it: a
   * call that meets the problem says so by itself.
   *
   * @param problem asked for every look at that page; may take some seconds
   */
  public void expect(Supplier<Optional<String>> problem) {
    expectations.add(problem);
  }

  /** Ends the process in good order with exit code 1; returns at once. */
  public void fail(String sentence) {
    LOG.error("ending because {}", sentence);
    failed = true;
    stop();
  }

  /**
   * Ends the process at once and in no order, so that nothing it has begun can go on: for a process
   * that must not act any more. Does not return.
   */
  public void halt(String sentence) {
    // A log that nobody reads any more may block the one who writes it.
    Thread last = Thread.ofPlatform().daemon().start(() -> LOG.error("halting: {}", sentence));
    try {
      boolean _ = last.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ServerProcess.FAILED);
  }

  /** Ends the process in good order; returns at once. */
  void stop() {
    end.countDown();
  }

  boolean hasFailed() {
    return failed;
  }

  void awaitEnd() throws InterruptedException {
    end.await();
  }

  Optional<String> findProblem() {
    return first(lifeSigns);
  }

  /** Whether this process does what it should, if only to stand by. */
  Health order() {
    Readiness.State now = readiness.now();
    return first(expectations)
        .map(problem -> new Health(false, problem))
        .orElseGet(() -> new Health(now.isInOrder(), now.obstacle().orElse("ok")));
  }

  private static Optional<String> first(List<Supplier<Optional<String>>> problems) {
    return problems.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
  }

  /** Closes the parts, last come first; one that fails does not keep the others open. */
  void closeParts() {
    readiness.notReady("stopping");
    while (true) {
      AutoCloseable part;
      synchronized (parts) {
        part = parts.poll();
      }
      if (part == null) {
        return;
      }
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("cannot close {}", part.getClass().getSimpleName(), e);
      }
    }
  }
}
