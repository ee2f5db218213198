package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.time.Duration;
import java.util.Optional;

/**
 * Grows disks, where they are: reads first, orders once, and answers when the cloud shows the size.
 *
 * <p>No status tells that a disk is growing, and an order that is repeated or late does no harm:
 * sizes are absolute and never shrink. So an order that was not answered is simply sent again by
 * the next call, and holds up nothing else that is done to the disk.
 */
final class IdempotentExpansion {
  private final UDisks disks;
  private final DiskWatch watch;
  private final Unsettled unsettled;
  private final Timing timing;

  IdempotentExpansion(UDisks disks, DiskWatch watch, Unsettled unsettled, Timing timing) {
    this.disks = disks;
    this.watch = watch;
    this.unsettled = unsettled;
    this.timing = timing;
  }

  /**
   * Grows the volume; does nothing if it is big enough. Disks that this driver did not make grow
   * like any other.
   *
   * @return the size it has then
   * @throws NotFound if there is no such volume
   * @throws SizeOutOfRange if no disk of its type is that big
   * @throws Forbidden if the host that has it needs a power cycle to see the growth, or if the disk
   *     is one that cannot grow
   * @throws LimitReached if quota, balance or bills do not allow it
   */
  DiskSize expand(VolumeId volume, Capacity wanted, Progress progress) {
    progress.at("reading the disk");
    UDisk disk = disks.find(volume).orElseThrow(() -> new NotFound("volume", volume.value()));
    if (wanted.isReachedBy(disk.size())) {
      return disk.size();
    }
    requireGrowable(disk, wanted.size());
    progress.at("asking whether the host sees the growth");
    requireSeenByHost(disk, wanted.size());
    progress.at("resizing the disk");
    Answer answer = order(disk, wanted.size());
    return watch.until(
        volume,
        DiskWatch.Work.EXPANSION,
        "volume " + volume + " to have " + wanted.size() + answer.remark,
        answer.patience,
        progress,
        seen -> seen.map(UDisk::size).filter(wanted::isReachedBy));
  }

  private static void requireGrowable(UDisk disk, DiskSize size) {
    if (disk.isSystemDisk()) {
      throw new Forbidden("volume " + disk.id() + " is a system disk");
    }
    if (disk.type().filter(type -> size.compareTo(type.largest()) > 0).isPresent()) {
      throw new SizeOutOfRange(
          "volume %s cannot have %s; a disk of type %s has at most %s"
              .formatted(
                  disk.id(), size, disk.type().get().className(), disk.type().get().largest()));
    }
    switch (disk.status()) {
      case AVAILABLE, INUSE -> {}
      case ATTACHING, DETACHING, INITIALIZATING, INITIALIZING, CLONING, RESTORING, UNKNOWN ->
          throw new OperationPending(
              "volume %s is %s; it can grow later".formatted(disk.id(), disk.status()));
      case FAILED, RESTOREFAILED ->
          throw new Forbidden("volume %s is %s".formatted(disk.id(), disk.status()));
    }
  }

  private void requireSeenByHost(UDisk disk, DiskSize size) {
    if (disks.resizeNeedsRestart(disk, size)) {
      refuse(
          disk,
          new Forbidden(
              "volume %s was not resized: node %s would see %s only after a power cycle; stop the"
                      .formatted(disk.id(), disk.hostId().orElse("?"), size)
                  + " pods that use the volume, and it grows as soon as it is detached"));
    }
  }

  /** What is known of an order that was sent, and how long its effect is waited for. */
  private record Answer(String remark, Duration patience) {}

  private Answer order(UDisk disk, DiskSize size) {
    Optional<Duration> young =
        Optional.of(unsettled.remaining(key(disk))).filter(left -> !left.isZero());
    try {
      disks.resize(disk, size);
      return new Answer("", timing.completion());
    } catch (OperationPending e) { // something is under way: the size shows what
      return new Answer(" (" + e.sentence() + ")", timing.reaction());
    } catch (OutcomeUnknown e) {
      unsettled.add(key(disk), "expansion");
      return new Answer(" (" + e.sentence() + ")", timing.reaction());
    } catch (DriverException.Certain e) {
      // True of this order; one of the process before this one may still be done.
      throw young.isPresent() ? new OutcomeUnknown(e.sentence(), e) : meaning(e);
    }
  }

  /**
   * What the resizer must be told. It takes FAILED_PRECONDITION for "in use" and asks again only
   * when no pod uses the volume; but to pay a bill nobody has to stop one.
   */
  private static DriverException.Certain meaning(DriverException.Certain refusal) {
    return refusal instanceof Forbidden ? new LimitReached(refusal.sentence()) : refusal;
  }

  /** Throws {@code refusal}, unless an earlier order may still be done. */
  private void refuse(UDisk disk, DriverException.Certain refusal) {
    throw unsettled.has(key(disk)) ? new OutcomeUnknown(refusal.sentence(), refusal) : refusal;
  }

  /** Apart from the disk's id, under which orders wait that must not meet others. */
  private static String key(UDisk disk) {
    return "size of " + disk.id();
  }
}
