package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.change.SendOnce.Sent;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter;
import cn.ucloud.csi.udisk.controller.polling.Timing;

/**
 * Grows disks, where they are: reads first, orders once, and answers when the cloud shows the size.
 *
 * <p>No status tells that a disk is growing, and an order that is repeated or late does no harm:
 * sizes are absolute and never shrink. So an order that was not answered is simply sent again by
 * the next call, and holds up nothing else that is done to the disk.
 */
public final class ExpandVolume {
  private static final String WHAT = "expansion";

  private final DiskApi disks;
  private final DiskWaiter watch;
  private final UnansweredRequests unanswered;
  private final SendOnce sendOnce;
  private final Timing timing;

  public ExpandVolume(DiskApi disks, DiskWaiter watch, WorkContext context) {
    this.disks = disks;
    this.watch = watch;
    this.unanswered = context.unanswered();
    this.sendOnce = context.sendOnce();
    this.timing = context.timing();
  }

  /**
   * Grows the volume; does nothing if it is big enough. Disks that this driver did not make grow
   * like any other. The volume is held, with others who may share it, until the order is answered;
   * what is waited for then keeps nobody from detaching it.
   *
   * @return the size it has then
   * @throws NotFound if there is no such volume
   * @throws SizeOutOfRange if no disk of its type is that big
   * @throws PreconditionFailed if the host that has it needs a power cycle to see the growth, or if
   *     the disk is one that cannot grow
   * @throws LimitReached if quota, balance or bills do not allow it
   */
  public DiskSize expand(VolumeId volume, Capacity wanted, Progress progress) {
    progress.at("waiting for other work on volume " + volume);
    Sent sent;
    try (Progress.Hold _ = progress.share(volume.value())) {
      progress.at("reading the disk");
      UDisk disk = disks.find(volume).orElseThrow(() -> new NotFound("volume", volume.value()));
      if (wanted.isReachedBy(disk.size())) {
        return disk.size();
      }
      requireGrowable(disk, wanted.size());
      progress.at("asking whether the host sees the growth");
      requireSeenByHost(disk, wanted.size());
      progress.at("resizing the disk");
      sent = order(disk, wanted.size());
    }
    DiskSize size =
        watch.until(
            volume,
            DiskWaiter.Work.EXPANSION,
            "volume " + volume + " to have " + wanted.size() + sent.remark(),
            sent.isAccepted() ? timing.completion() : timing.reaction(),
            progress,
            seen -> seen.map(UDisk::size).filter(wanted::isReachedBy));
    unanswered.seen(key(volume), WHAT);
    return size;
  }

  private static void requireGrowable(UDisk disk, DiskSize size) {
    if (disk.isSystemDisk()) {
      throw new PreconditionFailed("volume " + disk.id() + " is a system disk");
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
          throw new PreconditionFailed("volume %s is %s".formatted(disk.id(), disk.status()));
    }
  }

  private void requireSeenByHost(UDisk disk, DiskSize size) {
    if (disks.resizeNeedsRestart(disk, size)) {
      refuse(
          disk,
          new PreconditionFailed(
              "volume %s was not resized: node %s would see %s only after a power cycle; stop the"
                      .formatted(disk.id(), disk.hostId().orElse("?"), size)
                  + " pods that use the volume, and it grows as soon as it is detached"));
    }
  }

  private Sent order(UDisk disk, DiskSize size) {
    try {
      return sendOnce.send(key(new VolumeId(disk.id())), WHAT, () -> disks.resize(disk, size));
    } catch (DriverException.Certain e) {
      throw meaning(e);
    }
  }

  /**
   * What the resizer must be told. It takes FAILED_PRECONDITION for "in use" and asks again only
   * when no pod uses the volume; but to pay a bill nobody has to stop one.
   */
  private static DriverException.Certain meaning(DriverException.Certain refusal) {
    return refusal instanceof PreconditionFailed ? new LimitReached(refusal.sentence()) : refusal;
  }

  /** Throws {@code refusal}, unless an earlier order may still be done. */
  private void refuse(UDisk disk, DriverException.Certain refusal) {
    throw unanswered.has(key(new VolumeId(disk.id())))
        ? new OutcomeUnknown(refusal.sentence(), refusal)
        : refusal;
  }

  /** Apart from the disk's id, under which orders wait that must not meet others. */
  private static String key(VolumeId volume) {
    return "size of " + volume;
  }
}
