package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The looks of all who wait for a disk or begin to work on one (decision 11). Few ask each for
 * their own disk; many share a walk through the pages of the region, whichever is fewer calls. The
 * looks of those who wait come in turns.
 *
 * <p>A walk serves those who asked before it began, and nobody else: a look must be younger than
 * the question, and than the order whose effect it shows. What a walk has not met is concluded to
 * be absent only where {@link PageWalk} proves it, else it is asked for by itself. So is everything
 * when a walk fails.
 */
final class SharedLooks {
  private static final Logger LOG = LoggerFactory.getLogger(SharedLooks.class);

  private final UDisks disks;
  private final Turns turns;
  private final AtomicLong order = new AtomicLong();
  private final ReentrantLock walking = new ReentrantLock(true);
  private volatile int pages = 1;
  private @Nullable Walk last;

  private record Walk(long begun, PageWalk.Met<UDisk> found, boolean hasFailed) {}

  SharedLooks(UDisks disks, Turns turns) {
    this.disks = disks;
    this.turns = turns;
  }

  /** One more waits, until {@link #leave}. */
  void enter() {
    turns.enter();
  }

  void leave() {
    turns.leave();
  }

  /**
   * The disk as it is shown now, or later when it is the turn of one who waits. Among many who wait
   * a turn comes late; by then most of what they wait for is done.
   */
  Optional<UDisk> find(VolumeId id) {
    if (isWalkWorthIt(pages)) {
      Walk walk = walk();
      UDisk met = walk.found.members().get(id.value());
      if (met != null || walk.found.provesNoOther(odd -> odd.mayBe(id.value()))) {
        return Optional.ofNullable(met);
      }
    }
    turns.awaitInCrowd();
    return disks.find(id);
  }

  /**
   * The same for one who does not wait for the disk but begins to work on it. That it is absent is
   * always read for itself: this may be all that an answer rests on.
   */
  Optional<UDisk> read(VolumeId id) {
    enter();
    try {
      if (isWalkWorthIt(pages)) {
        Walk walk = walk();
        UDisk met = walk.found.members().get(id.value());
        if (met != null) {
          return Optional.of(met);
        }
        awaitTurnAfter(walk);
      }
      return disks.find(id);
    } finally {
      leave();
    }
  }

  /** All disks whose name is exactly the first of {@code names} that any disk has. */
  List<UDisk> named(List<String> names) {
    enter();
    try {
      Optional<Walk> walk = isWalkWorthIt(pages) ? Optional.of(walk()) : Optional.empty();
      for (String name : names) {
        List<UDisk> found = named(walk, name);
        if (!found.isEmpty()) {
          return found;
        }
      }
      return List.of();
    } finally {
      leave();
    }
  }

  private List<UDisk> named(Optional<Walk> walk, String name) {
    if (walk.isPresent() && walk.get().found.provesNoOther(odd -> odd.mayBeNamed(name))) {
      return walk.get().found.members().values().stream()
          .filter(disk -> disk.name().equals(name))
          .toList();
    }
    walk.ifPresent(this::awaitTurnAfter);
    return disks.named(name);
  }

  /** All whom a walk that failed was to serve now look themselves. */
  private void awaitTurnAfter(Walk walk) {
    if (walk.hasFailed) {
      turns.awaitInCrowd();
    }
  }

  private boolean isWalkWorthIt(int calls) {
    return turns.present() > calls + 1;
  }

  /** A walk that began after this call: the next one of somebody ahead, or our own. */
  private Walk walk() {
    long asked = order.incrementAndGet();
    Waits.lock(walking);
    try {
      if (last == null || last.begun < asked) {
        turns.await(); // all who ask meanwhile are served as well
        last = walkThrough();
      }
      return last;
    } finally {
      if (!walking.hasQueuedThreads()) {
        last = null; // nobody is left whom it could serve
      }
      walking.unlock();
    }
  }

  /**
   * Ends early when the region turns out to have more pages than there are who wait. One that fails
   * has met nobody: a page that cannot be read is no reason why those who wait should not look for
   * themselves.
   */
  private Walk walkThrough() {
    long begun = order.incrementAndGet();
    try {
      PageWalk.Met<UDisk> met =
          PageWalk.read(this::page, UDisk::id, UDisk::createTime, this::isWalkWorthIt);
      pages = met.pages();
      return new Walk(begun, met, false);
    } catch (Unavailable e) {
      LOG.warn("the disks cannot be listed, so each is asked for by itself: {}", e.sentence());
      return new Walk(begun, PageWalk.Met.nothing(), true);
    }
  }

  /** The first page is read in the turn that was waited for. */
  private Page<UDisk> page(int offset) {
    if (offset > 0) {
      turns.add(1);
    }
    return disks.page(offset);
  }
}
