package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Looks at a disk until it is as it should be. */
final class DiskWatch {
  private final UDisks disks;
  private final Timing timing;
  private final Pause pause;

  DiskWatch(UDisks disks, Timing timing, Pause pause) {
    this.disks = disks;
    this.timing = timing;
    this.pause = pause;
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
      String what,
      Duration patience,
      Progress progress,
      Function<Optional<UDisk>, Optional<T>> outcome) {
    long start = pause.now();
    Duration wait = timing.firstPoll();
    while (true) {
      Look look = look(id);
      Optional<T> result = look.readable ? outcome.apply(look.disk) : Optional.empty();
      if (result.isPresent()) {
        return result.get();
      }
      progress.at("waiting for " + what + "; it " + look.seen);
      if (pause.now() - start >= patience.toNanos()) {
        throw new OutcomeUnknown(
            "waited %d s for %s; it %s".formatted(patience.toSeconds(), what, look.seen));
      }
      sleep(wait);
      wait = longer(wait);
    }
  }

  private record Look(boolean readable, Optional<UDisk> disk, String seen) {}

  private Look look(VolumeId id) {
    try {
      Optional<UDisk> disk = disks.find(id);
      return new Look(true, disk, disk.map(d -> "is " + d.status()).orElse("is not listed"));
    } catch (DriverException e) {
      return new Look(false, Optional.empty(), "cannot be read (" + e.sentence() + ")");
    }
  }

  /**
   * Waits once.
   *
   * @throws OperationPending if interrupted
   */
  void sleep(Duration duration) {
    try {
      pause.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationPending("interrupted while waiting");
    }
  }

  Duration longer(Duration wait) {
    Duration next = wait.multipliedBy(3).dividedBy(2);
    return next.compareTo(timing.longestPoll()) > 0 ? timing.longestPoll() : next;
  }
}
