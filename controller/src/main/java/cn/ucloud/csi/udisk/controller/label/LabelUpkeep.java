package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AccessDenied;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.controller.cloud.LabelApi;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes.Known;
import cn.ucloud.csi.udisk.controller.model.DiskLabels;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has disks and snapshots labelled for as long as this process acts, one after the other: new
 * volumes first, then whatever a look at all of them finds otherwise than it is to be. What fails
 * is told, and tried again after the next look.
 */
public final class LabelUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LabelUpkeep.class);

  /** Of which the labels are read at once; the API gives a hundred labels in one answer. */
  private static final int BATCH = 20;

  /** More new volumes than that are left to the next look. */
  private static final int MOST_FRESH = 10_000;

  /** Between two disks: attaching and the like come first. */
  private static final Duration PACE = Duration.ofMillis(500);

  /** After one that failed: ten times that many would be refused as well. */
  private static final Duration PACE_OF_FAILURES = Duration.ofSeconds(5);

  /** When nothing can be done at all. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private static final Duration UNTIL_KNOWN = Duration.ofSeconds(1);

  /**
   * How far it is.
   *
   * @param disks that do not have what they are to have, as far as is known
   * @param snapshots the same
   * @param isKnown whether it has looked at all of them yet
   * @param settled disks and snapshots that were given what they lacked
   * @param failed tries that did not give all
   */
  public record Report(long disks, long snapshots, boolean isKnown, long settled, long failed) {
    /** Of a process that has no cluster. */
    public static final Report NONE = new Report(0, 0, true, 0, 0);
  }

  private record Work(String volume, DiskLabels wanted) {}

  private final LabelApi labels;
  private final LabelledVolumes volumes;
  private final WantedLabels wanted;
  private final LabelBinding binding;
  private final SnapshotLabels snapshots;
  private final EventRecorder events;
  private final Permission permission;
  private final Duration interval;
  private final TimeSource time;
  private final Semaphore wake = new Semaphore(0);
  private final Set<String> fresh = ConcurrentHashMap.newKeySet();
  private final Queue<Work> backlog = new ConcurrentLinkedQueue<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private volatile boolean hasLooked;
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private long due;
  private @Nullable Thread thread;

  /**
   * @param extra what every disk is to have
   * @param interval between two looks at all volumes
   */
  public LabelUpkeep(
      LabelApi labels,
      LabelledVolumes volumes,
      SnapshotLabels.Source snapshots,
      EventRecorder events,
      Permission permission,
      LabelTemplate extra,
      Duration interval,
      TimeSource time) {
    this.labels = labels;
    this.volumes = volumes;
    this.wanted = new WantedLabels(extra, volumes);
    this.binding = new LabelBinding(labels, volumes, permission);
    this.snapshots = new SnapshotLabels(snapshots);
    this.events = events;
    this.permission = permission;
    this.interval = interval;
    this.time = time;
    this.due = time.now();
  }

  /** Begins; to be called once, when this process acts. */
  public synchronized void start() {
    volumes.tell(this::met);
    thread = Thread.ofVirtual().name("labels").start(this::runUntilInterrupted);
  }

  public Report report() {
    return new Report(
        Stream.of(fresh.stream(), backlog.stream().map(Work::volume), failing.stream())
            .flatMap(names -> names)
            .distinct()
            .count(),
        snapshots.lacking(),
        hasLooked,
        settled.get(),
        failed.get());
  }

  /** One that is marked is not new; what has changed about it the next look finds. */
  void met(Known volume) {
    if (wanted.isWanted(volume) && volume.bound().isEmpty() && fresh.size() < MOST_FRESH) {
      fresh.add(volume.name());
      wake.release();
    }
  }

  private void runUntilInterrupted() {
    try {
      while (!isKnown()) {
        time.sleep(UNTIL_KNOWN);
      }
      fresh.clear(); // the first look finds these too, and asks for all their claims at once
      while (true) {
        Duration rest = step();
        if (rest.isPositive()) {
          var _ = wake.tryAcquire(rest.toNanos(), TimeUnit.NANOSECONDS);
          var _ = wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isKnown() {
    try {
      var _ = volumes.all();
      return true;
    } catch (Unavailable e) {
      return false;
    }
  }

  /** Does what comes next; how long there is nothing to do then unless a new volume comes. */
  Duration step() throws InterruptedException {
    try {
      permission.require();
      if (!fresh.isEmpty()) {
        settleFresh();
      } else if (!backlog.isEmpty()) {
        settleBacklog();
      } else if (snapshots.areWaiting()) {
        settleSnapshots();
      } else if (time.now() - due < 0) {
        return Duration.ofNanos(due - time.now());
      } else {
        look();
        due = time.now() + interval.toNanos();
      }
    } catch (DriverException e) {
      LOG.warn("labels wait for {} s: {}", RETRY.toSeconds(), e.sentence());
      time.sleep(RETRY);
    } catch (RuntimeException e) {
      LOG.error("labels wait for {} s because of a bug", RETRY.toSeconds(), e);
      time.sleep(RETRY);
    }
    return Duration.ZERO;
  }

  /** Compares all volumes with what they say of their disks; of the cloud nothing is asked. */
  private void look() {
    List<Known> concerned = volumes.all().stream().filter(wanted::concern).toList();
    Set<String> wrong = ConcurrentHashMap.newKeySet();
    List<Work> found = new ArrayList<>();
    wanted.ofAll(
        concerned,
        (volume, itsLabels) -> {
          if (!mark(volume).says(itsLabels)) {
            found.add(new Work(volume.name(), itsLabels));
          }
        },
        (volume, problem) -> {
          wrong.add(volume.name());
          fail(volume, problem);
        });
    failing.retainAll(wrong);
    backlog.addAll(found);
    snapshots.look(concerned, wanted.ofUnknown());
    hasLooked = true;
  }

  private static LabelMark mark(Known volume) {
    return LabelMark.parse(volume.bound().orElse(""));
  }

  private void settleFresh() throws InterruptedException {
    List<String> names = fresh.stream().limit(BATCH).toList();
    fresh.removeAll(names);
    try {
      List<Work> work = new ArrayList<>();
      for (String name : names) {
        volumes.find(name).flatMap(this::work).ifPresent(work::add);
      }
      settle(work);
    } catch (RuntimeException e) {
      fresh.addAll(names);
      throw e;
    }
  }

  private Optional<Work> work(Known volume) {
    try {
      return wanted
          .of(volume)
          .filter(itsLabels -> !mark(volume).says(itsLabels))
          .map(itsLabels -> new Work(volume.name(), itsLabels));
    } catch (DriverException.InvalidRequest e) {
      fail(volume, e);
      return Optional.empty();
    }
  }

  private void settleBacklog() throws InterruptedException {
    List<Work> work = backlog.stream().limit(BATCH).toList();
    settle(work);
    work.forEach(_ -> backlog.remove());
  }

  private void settle(List<Work> work) throws InterruptedException {
    Map<String, Known> known = new ConcurrentHashMap<>();
    for (Work each : work) {
      volumes.find(each.volume()).ifPresent(volume -> known.put(volume.name(), volume));
    }
    if (known.isEmpty()) {
      return;
    }
    Map<String, List<Label>> shown =
        labels.of(known.values().stream().map(volume -> volume.disk().value()).toList());
    for (Work each : work) {
      Known volume = known.get(each.volume());
      if (volume != null) {
        settle(volume, shown.getOrDefault(volume.disk().value(), List.of()), each.wanted());
      }
    }
  }

  private void settle(Known volume, List<Label> shown, DiskLabels itsLabels)
      throws InterruptedException {
    try {
      binding.settle(volume, shown, itsLabels);
      failing.remove(volume.name());
      settled.incrementAndGet();
    } catch (DriverException e) {
      fail(volume, e);
      rethrowIfOfAll(e);
      time.sleep(PACE_OF_FAILURES);
    }
    time.sleep(PACE);
  }

  private void settleSnapshots() throws InterruptedException {
    List<SnapshotLabels.Lacking> lacking = snapshots.next(BATCH);
    Map<String, List<Label>> shown =
        labels.of(lacking.stream().map(SnapshotLabels.Lacking::id).toList());
    for (SnapshotLabels.Lacking each : lacking) {
      try {
        binding.settle(each.id(), shown.getOrDefault(each.id(), List.of()), each.wanted());
        snapshots.settled(each);
        settled.incrementAndGet();
      } catch (DriverException e) {
        failed.incrementAndGet();
        snapshots.failed(each);
        tell(each.source(), "snapshot " + each.id(), e);
        rethrowIfOfAll(e);
        time.sleep(PACE_OF_FAILURES);
      }
      time.sleep(PACE);
    }
  }

  private void fail(Known volume, DriverException failure) {
    failed.incrementAndGet();
    failing.add(volume.name());
    tell(volume.disk(), "disk " + volume.disk(), failure);
  }

  private void tell(VolumeId volume, String what, DriverException failure) {
    String text =
        "%s does not have all labels that it is to have, and can be used all the same: %s"
            .formatted(what, failure.sentence());
    LOG.warn("{}; tried again within {} min", text, interval.toMinutes());
    events.aboutClaimed(volume, new VolumeEvent(Reason.LABELS_NOT_BOUND, text));
  }

  /** What befalls any disk would befall the next one too. */
  private static void rethrowIfOfAll(DriverException failure) {
    if (failure instanceof Unavailable
        || failure instanceof AccessDenied
        || failure instanceof BadCredentials) {
      throw failure;
    }
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
