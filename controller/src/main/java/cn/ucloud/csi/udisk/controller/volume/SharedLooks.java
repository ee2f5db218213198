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
 * walk through the pages of the region, whichever is fewer calls. However many wait, the looks of
 * all of them are two calls a second; only of very few each looks when it likes.
 *
 * <p>A walk serves those who asked before it began, and nobody else: a look must be younger than
 * the order whose effect it shows. A disk that a walk has not met is asked for by its id; absence
 * is never concluded from pages.
 */
final class SharedLooks {
  /** Two calls a second. */
  private static final Duration PER_PAGE = Duration.ofMillis(500);

  /** So many look without regard to the others: somebody who is alone is never delayed. */
  private static final int VERY_FEW = 4;

  private final UDisks disks;
  private final Pause pause;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong order = new AtomicLong();
  private final ReentrantLock walking = new ReentrantLock(true);
  private volatile int pages = 1;
  private @Nullable Walk last;

  /** When the next look for a single disk may be made. */
  private final AtomicLong nextTurn;

  private record Walk(
      long begun, long startedAt, int pages, Map<String, UDisk> met, boolean isWhole) {}

  SharedLooks(UDisks disks, Pause pause) {
    this.disks = disks;
    this.pause = pause;
    this.nextTurn = new AtomicLong(pause.now());
  }

  /** One more waits, until {@link #leave}. */
  void enter() {
    waiting.incrementAndGet();
  }

  void leave() {
    waiting.decrementAndGet();
  }

  /**
   * The disk as it is shown now, or later when it is the turn of one who waits. Among many who wait
   * a turn comes late; by then most of what they wait for is done.
   */
  Optional<UDisk> find(VolumeId id) {
    if (isWalkWorthIt()) {
      Walk walk = walk();
      UDisk met = walk.met.get(id.value());
      if (met != null) {
        return Optional.of(met);
      }
      if (walk.isWhole) { // most likely it is gone; that is what its waiter waits for
        return disks.find(id);
      }
    }
    if (waiting.get() > VERY_FEW) {
      awaitOwnTurn();
    }
    return disks.find(id);
  }

  /** The same for one who does not wait for the disk but begins to work on it. */
  Optional<UDisk> read(VolumeId id) {
    UDisk met = isWalkWorthIt() ? walk().met.get(id.value()) : null;
    return met == null ? disks.find(id) : Optional.of(met);
  }

  private boolean isWalkWorthIt() {
    return waiting.get() > pages + 1;
  }

  /** Turns are taken in the order in which they are asked for. */
  private void awaitOwnTurn() {
    long now = pause.now();
    long free = nextTurn.getAndUpdate(next -> Math.max(now, next) + PER_PAGE.toNanos());
    long turn = Math.max(now, free);
    if (turn > now) {
      sleep(Duration.ofNanos(turn - now));
    }
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
      sleep(left);
    }
  }

  private void sleep(Duration duration) {
    try {
      pause.sleep(duration);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Ends early when the region turns out to have more pages than there are who wait. */
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
      int left =
          page.items().isEmpty() ? 0 : Math.ceilDiv(page.totalCount() - read, page.items().size());
      pages = count + Math.max(0, left);
    } while (!page.items().isEmpty() && read < page.totalCount() && isWalkWorthIt());
    return new Walk(begun, startedAt, count, met, read >= page.totalCount());
  }

  private static OperationPending interrupted() {
    Thread.currentThread().interrupt();
    return new OperationPending("interrupted while waiting");
  }
}
