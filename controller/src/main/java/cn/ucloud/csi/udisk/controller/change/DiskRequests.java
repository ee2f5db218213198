package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter.Work;
import cn.ucloud.csi.udisk.controller.polling.StaleReads;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Orders a change of a disk once, and waits until the cloud shows it done. */
public final class DiskRequests {
  private final DiskWaiter watch;
  private final SendOnce sendOnce;
  private final UnansweredRequests unanswered;
  private final StaleReads staleReads;
  private final Timing timing;

  public DiskRequests(DiskWaiter watch, WorkContext context) {
    this.watch = watch;
    this.sendOnce = context.sendOnce();
    this.unanswered = context.unanswered();
    this.timing = context.timing();
    this.staleReads = context.staleReads();
  }

  /**
   * A change of one disk.
   *
   * @param what as in "attach of bsm-1 to uhost-a"
   * @param isWaiting whether the disk still looks as if nothing had been ordered
   * @param outcome the result, once the change is done
   * @param host where the disk is to come; empty if it does not come to a host
   */
  public record Change<T>(
      VolumeId disk,
      Work work,
      String what,
      Predicate<Optional<UDisk>> isWaiting,
      Function<Optional<UDisk>, Optional<T>> outcome,
      Optional<String> host) {

    /** A change by which the disk comes to no host. */
    public Change(
        VolumeId disk,
        Work work,
        String what,
        Predicate<Optional<UDisk>> isWaiting,
        Function<Optional<UDisk>, Optional<T>> outcome) {
      this(disk, work, what, isWaiting, outcome, Optional.empty());
    }
  }

  /**
   * Sends the order and waits for its outcome. An order that was not answered, or refused with a
   * code that proves nothing, is waited for as well: the disk tells whether it was done.
   *
   * @throws OutcomeUnknown if the disk shows no reaction, or not the outcome in time, or is again
   *     as it was before; also if this order is refused while an earlier one, be it of another
   *     process, may still be done
   */
  public <T> T carryOut(Change<T> change, Progress progress, Runnable order) {
    String remark = sendOnce.send(change.disk.value(), change.what, order).remark();
    DiskWaiter.Sent sent = watch.sent(change.work, change.host);
    try {
      Optional<T> done =
          watch.untilReaction(
              change.disk,
              sent,
              change.what + remark,
              timing.reaction(),
              progress,
              seen ->
                  isCurrent(change, seen) && !change.isWaiting.test(seen)
                      ? Optional.of(change.outcome.apply(seen))
                      : Optional.<Optional<T>>empty());
      if (done.isPresent()) {
        unanswered.seen(change.disk.value(), change.what);
        return done.get();
      }
      return await(change, sent, progress);
    } catch (DriverException.Certain e) { // an order is out, so nothing is certain any more
      throw new OutcomeUnknown(e.sentence() + remark, e);
    }
  }

  /** The disk as it is shown now, before anything is ordered. */
  public Optional<UDisk> read(VolumeId disk) {
    return read(disk, _ -> false, Progress.unwatched());
  }

  /**
   * The same where some sights are answers in themselves, without any order whose refusal could
   * correct them. Such a one is looked at again while it may be older than what was seen before.
   */
  public Optional<UDisk> read(
      VolumeId disk, Predicate<Optional<UDisk>> isAnswer, Progress progress) {
    Optional<UDisk> seen = watch.read(disk);
    if (staleReads.isCurrent(disk.value(), seen) || !isAnswer.test(seen)) {
      return seen;
    }
    Duration lag = timing.lag();
    return watch.until(
        disk,
        Work.PASSAGE,
        "%s to be shown as it is; for %d s it may be shown as it was before"
            .formatted(disk, lag.toSeconds()),
        lag.multipliedBy(2),
        progress,
        again ->
            staleReads.isCurrent(disk.value(), again) || !isAnswer.test(again)
                ? Optional.of(again)
                : Optional.empty());
  }

  /** Waits until the disk is in none of the states that only pass. */
  public Optional<UDisk> awaitPassage(UDisk disk, Predicate<UDisk> isPassing, Progress progress) {
    VolumeId id = new VolumeId(disk.id());
    return watch.until(
        id,
        Work.PASSAGE,
        "volume %s, which is %s, to be Available".formatted(id, disk.status()),
        timing.completion(),
        progress,
        seen ->
            staleReads.isCurrent(id.value(), seen) && seen.filter(isPassing).isEmpty()
                ? Optional.of(seen)
                : Optional.empty());
  }

  /**
   * Waits for the outcome of a change that is under way.
   *
   * @throws OutcomeUnknown if it does not come in time, or if the disk is again as it was before
   */
  public <T> T await(Change<T> change, Progress progress) {
    T result =
        watch.until(
            change.disk,
            change.work,
            change.what,
            timing.completion(),
            progress,
            seen -> currentOutcome(change, seen));
    unanswered.seen(change.disk.value(), change.what);
    return result;
  }

  private <T> T await(Change<T> change, DiskWaiter.Sent sent, Progress progress) {
    T result =
        watch.until(
            change.disk,
            sent,
            change.what,
            timing.completion(),
            progress,
            seen -> currentOutcome(change, seen));
    unanswered.seen(change.disk.value(), change.what);
    return result;
  }

  private <T> Optional<T> currentOutcome(Change<T> change, Optional<UDisk> seen) {
    return isCurrent(change, seen) ? outcome(change, seen) : Optional.empty();
  }

  private <T> Optional<T> outcome(Change<T> change, Optional<UDisk> seen) {
    if (change.isWaiting.test(seen)) {
      throw new OutcomeUnknown(
          "the cloud gave up the %s: it is %s again"
              .formatted(change.what, seen.map(disk -> disk.status().toString()).orElse("absent")));
    }
    return change.outcome.apply(seen);
  }

  /** That it is gone is nothing from before where it was ordered to go. */
  private boolean isCurrent(Change<?> change, Optional<UDisk> seen) {
    return staleReads.isCurrent(change.disk.value(), seen)
        || (change.work == Work.DELETION && seen.isEmpty());
  }
}
