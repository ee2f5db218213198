package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The looks of all who wait for a disk (decision 11). Few ask each for its own disk; many share a
 * walk through the pages of the region, whichever is fewer calls.
 *
 * <p>A walk serves those who asked before it began, and nobody else: a look must be younger than
 * the order whose effect it shows. A disk that a walk has not met is asked for by its id; absence
 * is never concluded from pages.
 */
final class SharedLooks {
  /** Two calls a second. */
  private static final Duration PER_PAGE = Duration.ofMillis(500);

  private final UDisks disks;
  private final Pause pause;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong order = new AtomicLong();
  private final ReentrantLock walking = new ReentrantLock(true);
  private volatile int pages = 1;
  private @Nullable Walk last;

  private record Walk(long begun, long startedAt, int pages, Map<String, UDisk> met) {}

  SharedLooks(UDisks disks, Pause pause) {
    this.disks = disks;
    this.pause = pause;
  }

  /** One more waits, until {@link #leave}. */
  void enter() {
    waiting.incrementAndGet();
  }

  void leave() {
    waiting.decrementAndGet();
  }

  /** The disk as it is shown now or later. */
  Optional<UDisk> find(VolumeId id) {
    if (waiting.get() <= pages + 1) {
      return disks.find(id);
    }
    UDisk met = walk().met.get(id.value());
    return met == null ? disks.find(id) : Optional.of(met);
  }

  /** A walk that began after this call: the next one of somebody ahead, or our own. */
  private Walk walk() {
    long asked = order.incrementAndGet();
    try {
      walking.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      if (last == null || last.begun < asked) {
        awaitTurn();
        last = walkThrough();
      }
      return last;
    } finally {
      walking.unlock();
    }
  }

  /** All who ask meanwhile are served by the walk that follows. */
  private void awaitTurn() {
    if (last == null) {
      return;
    }
    Duration since = Duration.ofNanos(pause.now() - last.startedAt);
    Duration left = PER_PAGE.multipliedBy(last.pages).minus(since);
    if (left.isPositive()) {
      try {
        pause.sleep(left);
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  private Walk walkThrough() {
    long begun = order.incrementAndGet();
    long startedAt = pause.now();
    Map<String, UDisk> met = new HashMap<>();
    int read = 0;
    int count = 0;
    Page<UDisk> page;
    do {
      page = disks.page(read);
      page.items().forEach(disk -> met.put(disk.id(), disk));
      read += page.items().size();
      count++;
    } while (!page.items().isEmpty() && read < page.totalCount());
    pages = count;
    return new Walk(begun, startedAt, count, met);
  }

  private static OperationPending interrupted() {
    Thread.currentThread().interrupt();
    return new OperationPending("interrupted while waiting");
  }
}
