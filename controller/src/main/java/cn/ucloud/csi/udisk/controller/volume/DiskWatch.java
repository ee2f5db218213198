package cn.ucloud.csi.udisk.controller.volume;

import static java.util.Objects.requireNonNull;

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

  DiskWatch(SharedLooks looks, Polling polling, LastSeen lastSeen) {
    this.looks = looks;
    this.polling = polling;
    this.lastSeen = lastSeen;
    for (Work work : Work.values()) {
      rhythms.put(work, new Rhythm());
    }
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
    looks.enter();
    try {
      return polling.until(
          new Awaited<>(what, UDisk::status, seen -> outcome(id, seen, outcome)),
          patience,
          requireNonNull(rhythms.get(work)),
          progress,
          () -> looks.find(id));
    } finally {
      looks.leave();
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
