package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * All disks of the region, read at most once a minute and in the background: a large region takes
 * longer than its callers wait.
 */
final class DiskListing {
  private static final Duration REFRESH = Duration.ofMinutes(1);

  /** An older list is not shown: what has changed since would be undone by who believes it. */
  private static final Duration OLDEST = Duration.ofMinutes(3);

  /** The attacher waits 15 s by default. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private record View(List<UDisk> disks, long since) {}

  private final UDisks disks;
  private final WholeList wholeList;
  private final LastSeen lastSeen;
  private final Pause pause;
  private final Executor background;
  private @Nullable CompletableFuture<View> reading;
  private @Nullable View last;

  DiskListing(
      UDisks disks, WholeList wholeList, LastSeen lastSeen, Pause pause, Executor background) {
    this.disks = disks;
    this.wholeList = wholeList;
    this.lastSeen = lastSeen;
    this.pause = pause;
    this.background = background;
  }

  /**
   * All disks, with our own latest work in it.
   *
   * @throws Unavailable if there is no whole list that is young enough
   */
  List<UDisk> all() {
    CompletableFuture<View> fresh = fresh();
    View view = findUsable().orElseGet(() -> await(fresh));
    return lastSeen.over(view.disks, view.since);
  }

  private synchronized CompletableFuture<View> fresh() {
    if (last != null && age(last).compareTo(REFRESH) < 0) {
      return CompletableFuture.completedFuture(last);
    }
    if (reading == null || reading.isDone()) {
      reading = CompletableFuture.supplyAsync(this::read, background);
    }
    return reading;
  }

  private View read() {
    long since = pause.now();
    View view = new View(wholeList.read("disks", UDisk::id, disks::page), since);
    synchronized (this) {
      last = view;
    }
    return view;
  }

  private synchronized Optional<View> findUsable() {
    return Optional.ofNullable(last).filter(view -> age(view).compareTo(OLDEST) < 0);
  }

  private Duration age(View view) {
    return Duration.ofNanos(pause.now() - view.since);
  }

  private static View await(CompletableFuture<View> reading) {
    try {
      return reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Unavailable("the list of disks is still being read; ask again in a minute", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("interrupted while the list of disks was read", e);
    } catch (ExecutionException e) {
      throw reading.state() == Future.State.FAILED
              && reading.exceptionNow() instanceof DriverException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }
}
