package cn.ucloud.csi.udisk.controller.listing;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.attach.AttachVolume;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.polling.RecentChanges;
import cn.ucloud.csi.udisk.controller.reads.PagedList;
import cn.ucloud.csi.udisk.controller.reads.ParallelReads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All disks of the region, read when somebody asks and in the background: a large region may take
 * longer than its callers wait.
 *
 * <p>In it is every disk that the cluster knows, and of the others what was met on the way: they
 * come and go all the time in a busy account. One whose record cannot be read is left out.
 */
public final class DiskInventory {
  /** Who asks is told of nothing older: the attacher asks once a minute, and heals by it. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  /**
   * What serves the further parts of an answer, and whoever cannot wait for a region that takes
   * long to read. An older list is not shown: what has changed since would be undone by who
   * believes it.
   */
  private static final Duration OLDEST = Duration.ofMinutes(3);

  /** The attacher waits 15 s by default. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The attacher asks once a minute, and may have to wait for it. */
  private static final Duration RECENT = Duration.ofSeconds(75);

  /**
   * What was read.
   *
   * @param disks by their ids
   * @param absent those of the cluster that the cloud does not know
   * @param given those that {@link #findFree} has answered with
   */
  private record View(
      Map<String, UDisk> disks, Set<VolumeId> absent, long since, Set<String> given) {}

  private final DiskApi disks;
  private final PagedList pages;
  private final UnmetDisks unmet;
  private final Supplier<Set<VolumeId>> known;
  private final RecentChanges recentChanges;
  private final TimeSource time;
  private final Executor background;
  private @Nullable CompletableFuture<View> reading;
  private @Nullable View last;

  /**
   * @param known the disks that the cluster knows
   * @param background runs each reading, and some reads of it at a time
   */
  public DiskInventory(
      DiskApi disks,
      Supplier<Set<VolumeId>> known,
      RecentChanges recentChanges,
      TimeSource time,
      Executor background) {
    ParallelReads reads = new ParallelReads(time, background);
    this.disks = disks;
    this.pages = new PagedList(reads);
    this.unmet = new UnmetDisks(disks, reads, time);
    this.known = known;
    this.recentChanges = recentChanges;
    this.time = time;
    this.background = background;
  }

  /**
   * All disks as they are now, with our own latest work in it. Where the region takes longer to
   * read than this call may wait, as they were a little while ago.
   *
   * @throws Unavailable if they cannot be read, or for the first time not in time
   */
  List<UDisk> all() {
    return withOwnWork(findUsable(FRESH).orElseGet(() -> await(reading())));
  }

  /** The same for one who has got a part of them, and now asks for the next. */
  List<UDisk> allFurther() {
    return withOwnWork(findUsable(OLDEST).orElseGet(() -> await(reading())));
  }

  /**
   * All disks as they were read last, with our own latest work in them, and what was missed of the
   * cluster's. Nothing is read for that as long as somebody else has done so within three minutes.
   */
  SeenDisks seen() {
    View view = findUsable(OLDEST).orElseGet(() -> await(reading()));
    return new SeenDisks(withOwnWork(view), view.absent);
  }

  /**
   * The disk if the last list shows it free and this process has not seen it since; nothing is read
   * for that. It may be 75 s old: only an order may rest on it that the cloud refuses if it is not
   * so. Each list says it of a disk once, so whoever is refused reads the disk.
   */
  public Optional<UDisk> findFree(VolumeId id) {
    return findUsable(RECENT)
        .filter(view -> !recentChanges.hasSeen(id.value(), view.since))
        .flatMap(view ->
            Optional.ofNullable(view.disks.get(id.value()))
                .filter(AttachVolume::isFree)
                .filter(_ -> view.given.add(id.value())));
  }

  private List<UDisk> withOwnWork(View view) {
    return recentChanges.over(view.disks, view.since);
  }

  private synchronized CompletableFuture<View> reading() {
    if (reading == null || reading.isDone()) {
      reading = CompletableFuture.supplyAsync(this::read, background);
    }
    return reading;
  }

  private View read() {
    long since = time.now();
    PagedList.Met<UDisk> met = pages.read(UDisk::id, disks::page);
    Map<String, UDisk> all = met.members();
    Set<String> odd =
        met.odd().stream().flatMap(record -> record.id().stream()).collect(Collectors.toSet());
    unmet
        .read(
            known.get().stream()
                .filter(id -> !all.containsKey(id.value()) && !odd.contains(id.value()))
                .toList())
        .forEach(disk -> all.put(disk.id(), disk));
    View view = new View(all, unmet.absent(), since, ConcurrentHashMap.newKeySet());
    synchronized (this) {
      last = view;
    }
    return view;
  }

  private synchronized Optional<View> findUsable(Duration age) {
    return Optional.ofNullable(last).filter(view -> time.now() - view.since < age.toNanos());
  }

  private View await(CompletableFuture<View> reading) {
    try {
      return reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return findUsable(OLDEST)
          .orElseThrow(() ->
              new Unavailable("the list of disks is still being read; ask again in a minute", e));
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
