package cn.ucloud.csi.udisk.controller.volume;

import static java.util.Objects.requireNonNull;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.volume.Polling.Awaited;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Looks at a disk until it is as it should be; many who do so share their looks. */
final class DiskWatch {
  private final SharedLooks looks;
  private final Polling polling;
  private final LastSeen lastSeen;
  private final Crowd crowd;
  private final Pause pause;
  private final Map<Work, Rhythm> rhythms = new EnumMap<>(Work.class);

  /** What disks are waited for; each kind takes a time of its own. */
  enum Work {
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
  final class Sent {
    private final Work work;
    private final Optional<String> host;
    private final long at = pause.now();
    private Duration undone = Duration.ZERO;
    private boolean hasBeenLookedAt;

    private Sent(Work work, Optional<String> host) {
      this.work = work;
      this.host = host;
    }
  }

  DiskWatch(SharedLooks looks, Crowd crowd, Waiting waiting) {
    this.looks = looks;
    this.crowd = crowd;
    this.polling = waiting.polling();
    this.lastSeen = waiting.lastSeen();
    this.pause = waiting.pause();
    for (Work work : Work.values()) {
      rhythms.put(work, new Rhythm());
    }
  }

  /**
   * An order is being sent now, whose {@code work} will be waited for.
   *
   * @param host where the disk is to come; empty if it does not come to a host
   */
  Sent sent(Work work, Optional<String> host) {
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
  <T> T until(
      VolumeId id,
      Work work,
      String what,
      Duration patience,
      Progress progress,
      Function<Optional<UDisk>, Optional<T>> outcome) {
    return until(id, what, patience, new Pulse(work, Optional.empty()), progress, outcome);
  }

  /** The same for the work of an order; in a crowd the first look is when it is likely done. */
  <T> T until(
      VolumeId id,
      Sent sent,
      String what,
      Duration patience,
      Progress progress,
      Function<Optional<UDisk>, Optional<T>> outcome) {
    return until(id, what, patience, new Pulse(sent.work, Optional.of(sent)), progress, outcome);
  }

  /**
   * Looks until the order has shown any effect, as {@link #until}.
   *
   * @param outcome empty as long as it has not; an empty result if its work is not done yet
   */
  <T> Optional<T> untilReaction(
      VolumeId id,
      Sent sent,
      String what,
      Duration patience,
      Progress progress,
      Function<Optional<UDisk>, Optional<Optional<T>>> outcome) {
    Pulse pulse = new Pulse(crowd.isOne() ? sent.work : Work.REACTION, Optional.of(sent));
    pulse.isLearning = false;
    Optional<T> done = until(id, what, patience, pulse, progress, outcome);
    Duration elapsed = Duration.ofNanos(pause.now() - sent.at);
    if (done.isEmpty()) {
      sent.undone = elapsed;
      sent.hasBeenLookedAt = true;
    } else if (pulse.hasWaited) {
      requireNonNull(rhythms.get(sent.work)).took(sent.undone, elapsed);
    }
    return done;
  }

  private <T> T until(
      VolumeId id,
      String what,
      Duration patience,
      Pulse pulse,
      Progress progress,
      Function<Optional<UDisk>, Optional<T>> outcome) {
    Optional<String> host = pulse.sent.flatMap(sent -> sent.host);
    looks.enter(host);
    try {
      return polling.until(
          new Awaited<>(what, UDisk::status, seen -> outcome(id, seen, outcome)),
          patience,
          pulse,
          progress,
          () -> looks.find(id, host));
    } finally {
      looks.leave(host);
    }
  }

  /** When looks at one disk come. */
  private final class Pulse implements Polling.Cadence {
    private final Rhythm rhythm;
    private final Optional<Sent> sent;
    private final Duration before;
    private boolean isLearning = true;
    private boolean hasWaited;

    private Pulse(Work work, Optional<Sent> sent) {
      this.rhythm = requireNonNull(rhythms.get(work));
      this.sent = sent;
      this.before =
          sent.map(order -> Duration.ofNanos(pause.now() - order.at)).orElse(Duration.ZERO);
    }

    @Override
    public Duration first() {
      if (sent.isEmpty() || !crowd.isOne()) {
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
      return crowd.isOne()
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
  Optional<UDisk> read(VolumeId id) {
    return looks.read(id);
  }

  /** All disks whose name is exactly the first of {@code names} that any disk has. */
  List<UDisk> named(List<String> names) {
    return looks.named(names);
  }

  private <T> Optional<T> outcome(
      VolumeId id, Optional<UDisk> seen, Function<Optional<UDisk>, Optional<T>> outcome) {
    Optional<T> result = outcome.apply(seen);
    if (result.isPresent()) {
      lastSeen.saw(id.value(), seen);
    }
    return result;
  }
}
