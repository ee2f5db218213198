package cn.ucloud.csi.udisk.controller.reads;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.concurrent.Waits;
import cn.ucloud.csi.udisk.common.error.DriverException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Many reads that belong together, spread over a few seconds so that single reads of others come in
 * between, and a few at once so that a slow API does not make it much longer.
 */
public final class ParallelReads {
  /** Within which all are begun, as far as the API's pace allows. */
  private static final Duration BUDGET = Duration.ofSeconds(4);

  private static final Duration LONGEST_GAP = Duration.ofMillis(250);
  private static final int AT_ONCE = 6;

  private final TimeSource time;
  private final Executor background;

  /**
   * @param background runs one reader for each read that is under way
   */
  public ParallelReads(TimeSource time, Executor background) {
    this.time = time;
    this.background = background;
  }

  /**
   * Runs reads until there is none left.
   *
   * @param about how many there are
   * @param next the next one; empty if none is left now
   * @throws DriverException the failure of any; the others are not begun then
   */
  public void all(int about, Supplier<Optional<Runnable>> next) {
    if (about <= 0) {
      return;
    }
    Run run = new Run(gap(about), next);
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int i = 0; i < Math.min(AT_ONCE, about); i++) {
      readers.add(CompletableFuture.runAsync(run::read, background));
    }
    try {
      CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private static Duration gap(int about) {
    Duration gap = BUDGET.dividedBy(about);
    return gap.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : gap;
  }

  private final class Run {
    private final Duration gap;
    private final Supplier<Optional<Runnable>> next;
    private long turn;
    private boolean hasFailed;

    private Run(Duration gap, Supplier<Optional<Runnable>> next) {
      this.gap = gap;
      this.next = next;
      this.turn = time.now() + gap.toNanos();
    }

    private void read() {
      for (Optional<Runnable> read = take(); read.isPresent(); read = take()) {
        try {
          awaitTurn();
          read.get().run();
        } catch (RuntimeException e) {
          fail();
          throw e;
        }
      }
    }

    private synchronized Optional<Runnable> take() {
      return hasFailed ? Optional.empty() : next.get();
    }

    private synchronized void fail() {
      hasFailed = true;
    }

    private void awaitTurn() {
      long left = nextTurn() - time.now();
      if (left > 0) {
        Waits.sleep(time, Duration.ofNanos(left));
      }
    }

    private synchronized long nextTurn() {
      long mine = Math.max(turn, time.now());
      turn = mine + gap.toNanos();
      return mine;
    }
  }
}
