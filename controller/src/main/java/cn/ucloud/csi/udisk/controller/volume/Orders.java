package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.volume.DiskWatch.Work;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Orders a change of a disk once, and waits until the cloud shows it done. */
final class Orders {
  private final DiskWatch watch;
  private final Unsettled unsettled;
  private final Timing timing;

  Orders(DiskWatch watch, Unsettled unsettled, Timing timing) {
    this.watch = watch;
    this.unsettled = unsettled;
    this.timing = timing;
  }

  /**
   * A change of one disk.
   *
   * @param what as in "attach of bsm-1 to uhost-a"
   * @param isWaiting whether the disk still looks as if nothing had been ordered
   * @param outcome the result, once the change is done
   */
  record Change<T>(
      VolumeId disk,
      Work work,
      String what,
      Predicate<Optional<UDisk>> isWaiting,
      Function<Optional<UDisk>, Optional<T>> outcome) {}

  /**
   * Sends the order and waits for its outcome. An order that was not answered, or refused with a
   * code that proves nothing, is waited for as well: the disk tells whether it was done.
   *
   * @throws OutcomeUnknown if the disk shows no reaction, or not the outcome in time; also if this
   *     order is refused while an earlier one, be it of another process, may still be done
   */
  <T> T carryOut(Change<T> change, Progress progress, Runnable order) {
    String id = change.disk.value();
    boolean earlier = unsettled.has(id);
    boolean isAlone = unsettled.remaining(id).isZero();
    String remark = send(change, isAlone, order);
    T result = awaitOwn(change, remark, progress);
    if (!earlier) { // else the earlier one may be the one that was seen, and this one still to come
      unsettled.remove(id);
    }
    return result;
  }

  /** The disk as it is shown now, before anything is ordered. */
  Optional<UDisk> read(VolumeId disk) {
    return watch.read(disk);
  }

  /** Waits for the outcome of a change that was ordered before. */
  <T> T await(Change<T> change, Progress progress) {
    return watch.until(
        change.disk, change.work, change.what, timing.completion(), progress, change.outcome);
  }

  private <T> T awaitOwn(Change<T> change, String remark, Progress progress) {
    try {
      Optional<T> done =
          watch.until(
              change.disk,
              Work.REACTION,
              change.what + remark,
              timing.reaction(),
              progress,
              disk ->
                  change.isWaiting.test(disk)
                      ? Optional.<Optional<T>>empty()
                      : Optional.of(change.outcome.apply(disk)));
      return done.isPresent() ? done.get() : await(change, progress);
    } catch (DriverException.Certain e) { // an order is out, so nothing is certain any more
      throw new OutcomeUnknown(e.sentence() + remark, e);
    }
  }

  private String send(Change<?> change, boolean isAlone, Runnable order) {
    try {
      order.run();
      return "";
    } catch (OperationPending e) { // something like it is under way: the wait shows what
      return " (" + e.sentence() + ")";
    } catch (OutcomeUnknown e) {
      unsettled.add(change.disk.value(), change.what);
      return " (" + e.sentence() + ")";
    } catch (DriverException.Certain e) {
      throw isAlone ? e : new OutcomeUnknown(e.sentence(), e);
    }
  }
}
