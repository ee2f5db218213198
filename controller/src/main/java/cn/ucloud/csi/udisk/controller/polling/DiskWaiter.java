package cn.ucloud.csi.udisk.controller.polling;

import static java.util.Objects.requireNonNull;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.polling.Poller.WaitCondition;
import cn.ucloud.csi.udisk.controller.reads.ActiveReaders;
import cn.ucloud.csi.udisk.controller.reads.SharedDiskReads;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Looks at a disk until it is as it should be; many who do so share their looks. */
public final class DiskWaiter {
  private final SharedDiskReads looks;
  private final Poller poller;
  private final RecentChanges recentChanges;
  private final ActiveReaders readers;
  private final TimeSource time;
  private final Map<Work, PollIntervals> rhythms = new EnumMap<>(Work.class);

  /** What disks are waited for; each kind takes a time of its own. */
  public enum Work {
    CREATION,
    ATTACHMENT,
    DETACHMENT,
    DELETION,
    EXPANSION,
    /** That an order shows any effect. */
    REACTION,
    /** That a disk has left a state that only passes. */
    PASSAGE
  }

  /** An order that was sent, and when a look has last shown its work undone. */
  public final class Sent {
    private final Work work;
    private final Optional<String> host;
    private final long at = time.now();
    private Duration undone = Duration.ZERO;
    private boolean hasBeenLookedAt;

    private Sent(Work work, Optional<String> host) {
      this.work = work;
      this.host = host;
    }
  }

  public DiskWaiter(
      SharedDiskReads looks,
      ActiveReaders readers,
      Poller poller,
      RecentChanges recentChanges,
      TimeSource time) {
    this.looks = looks;
    this.readers = readers;
    this.poller = poller;
    this.recentChanges = recentChanges;
    this.time = time;
    for (Work work : Work.values()) {
      rhythms.put(work, new PollIntervals());
    }
  }

  /**
   * An order is being sent now, whose {@code work} will be waited for.
   *
   * @param host where the disk is to come; empty if it does not come to a host
   */
  public Sent sent(Work work, Optional<String> host) {
    return new Sent(work, host);
  }

  /**
   * Looks until {@code outcome} gives a result. The first look is at once; one that fails is
   * repeated, whatever the reason, because something has been ordered and the answer is still to
   * come.
   *
   * @param what the state waited for, as in "bsm-1 to be free"
   * @throws OutcomeUnknown if that has not come within {@code patience}
   */
  public <T> T until(
      VolumeId id,
      Work work,
      String what,
      Duration patience,
      Progress progress,
      Function<Optional<UDisk>, Optional<T>> outcome) {
    return until(id, what, patience, new ReadSchedule(work, Optional.empty()), progress, outcome);
  }

  /** The same for the work of an order; in a crowd the first look is when it is likely done. */
  public <T> T until(
      VolumeId id,
      Sent sent,
      String what,
      Duration patience,
      Progress progress,
      Function<Optional<UDisk>, Optional<T>> outcome) {
    return until(
        id, what, patience, new ReadSchedule(sent.work, Optional.of(sent)), progress, outcome);
  }

  /**
   * Looks until the order has shown any effect, as {@link #until}.
   *
   * @param outcome empty as long as it has not; an empty result if its work is not done yet
   */
  public <T> Optional<T> untilReaction(
      VolumeId id,
      Sent sent,
      String what,
      Duration patience,
      Progress progress,
      Function<Optional<UDisk>, Optional<Optional<T>>> outcome) {
    ReadSchedule schedule =
        new ReadSchedule(readers.areMany() ? sent.work : Work.REACTION, Optional.of(sent));
    schedule.isLearning = false;
    Optional<T> done = until(id, what, patience, schedule, progress, outcome);
    Duration elapsed = Duration.ofNanos(time.now() - sent.at);
    if (done.isEmpty()) {
      sent.undone = elapsed;
      sent.hasBeenLookedAt = true;
    } else if (schedule.hasWaited) {
      requireNonNull(rhythms.get(sent.work)).took(sent.undone, elapsed);
    }
    return done;
  }

  private <T> T until(
      VolumeId id,
      String what,
      Duration patience,
      ReadSchedule schedule,
      Progress progress,
      Function<Optional<UDisk>, Optional<T>> outcome) {
    Optional<String> host = schedule.sent.flatMap(sent -> sent.host);
    looks.enter(host);
    try {
      return poller.until(
          new WaitCondition<>(what, UDisk::status, seen -> outcome(id, seen, outcome)),
          patience,
          schedule,
          progress,
          () -> looks.find(id, host));
    } finally {
      looks.leave(host);
    }
  }

  /** When looks at one disk come. */
  private final class ReadSchedule implements Poller.Cadence {
    private final PollIntervals rhythm;
    private final Optional<Sent> sent;
    private final Duration before;
    private boolean isLearning = true;
    private boolean hasWaited;

    private ReadSchedule(Work work, Optional<Sent> sent) {
      this.rhythm = requireNonNull(rhythms.get(work));
      this.sent = sent;
      this.before =
          sent.map(order -> Duration.ofNanos(time.now() - order.at)).orElse(Duration.ZERO);
    }

    @Override
    public Duration first() {
      if (sent.isEmpty() || !readers.areMany()) {
        return Duration.ZERO;
      }
      Duration left = rhythm.likely().minus(before);
      Duration first =
          sent.get().hasBeenLookedAt
              ? rhythm.nextInCrowd(before, Duration.ZERO)
              : left.isNegative() ? Duration.ZERO : left;
      hasWaited = !first.isZero();
      return first;
    }

    @Override
    public Duration next(Duration elapsed, Duration otherwise) {
      hasWaited = true;
      if (!isLearning) {
        sent.ifPresent(order -> order.undone = before.plus(elapsed));
      }
      return readers.areMany()
          ? rhythm.nextInCrowd(before.plus(elapsed), otherwise)
          : rhythm.next(before.plus(elapsed), otherwise);
    }

    @Override
    public void took(Duration undone, Duration done) {
      if (isLearning) {
        Duration seen =
            undone.isZero() ? sent.map(order -> order.undone).orElse(undone) : before.plus(undone);
        rhythm.took(seen, before.plus(done));
      }
    }
  }

  /** The disk as it is shown now. When many others wait, what they look at serves this as well. */
  public Optional<UDisk> read(VolumeId id) {
    return looks.read(id);
  }

  /** All disks whose name is exactly the first of {@code names} that any disk has. */
  public List<UDisk> named(List<String> names) {
    return looks.named(names);
  }

  private <T> Optional<T> outcome(
      VolumeId id, Optional<UDisk> seen, Function<Optional<UDisk>, Optional<T>> outcome) {
    Optional<T> result = outcome.apply(seen);
    if (result.isPresent()) {
      recentChanges.saw(id.value(), seen);
    }
    return result;
  }
}
