package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.snapshot.InterimSnapshots;
import java.util.Optional;

/**
 * Orders clones. The cloud clones no volume that a node has: the clone of such a one is made of a
 * snapshot that is taken for it, of which this and every later attempt is made (decision 21).
 */
final class CloneCreation {
  private final DiskApi disks;
  private final CopyCreation copies;
  private final CopySources copySources;
  private final InterimSnapshots interims;
  private final Scheduling scheduling;
  private final CreationEvents events;
  private final Turns turns;

  CloneCreation(
      DiskApi disks,
      CopyCreation copies,
      CopySources copySources,
      InterimSnapshots interims,
      Scheduling scheduling,
      CreationEvents events,
      WorkContext context) {
    this.disks = disks;
    this.copies = copies;
    this.copySources = copySources;
    this.interims = interims;
    this.scheduling = scheduling;
    this.events = events;
    this.turns = new Turns(context);
  }

  /**
   * The snapshot that an earlier attempt has taken for the clone; its source is kept until the
   * clone is ordered.
   */
  Optional<SnapshotId> findTaken(OfVolume source, VolumeSpec spec, Progress progress) {
    copies.protect(source, progress);
    return interims.mayExist(spec) ? interims.find(source.id(), spec, progress) : Optional.empty();
  }

  /**
   * Orders the clone, once.
   *
   * @param origin its source as it was shown when the call began
   * @param taken what {@link #findTaken} has found
   * @throws OperationPending also for whatever refuses the clone while there is a snapshot of it
   * @throws DriverException.Certain only if there is none
   */
  VolumeId order(
      OfVolume source,
      Optional<CopySource> origin,
      Optional<SnapshotId> taken,
      VolumeSpec spec,
      Progress progress) {
    if (taken.isPresent()) {
      requireClaim(source, spec, progress);
      return restore(taken.get(), source, spec, progress);
    }
    if (origin.filter(CopySource::isInUse).isEmpty()) {
      try {
        return copies.order(source, spec, progress);
      } catch (PreconditionFailed e) { // a pod may have come meanwhile
        if (copySources.find(source).filter(CopySource::isInUse).isEmpty()) {
          throw e;
        }
      }
    }
    requireClaim(source, spec, progress);
    return restore(take(source, spec, progress), source, spec, progress);
  }

  /** The clone is there, which this call has ordered: its snapshot goes. */
  void made(OfVolume source, VolumeSpec spec, Progress progress) {
    if (interims.isOpen(spec)) {
      tidy(source, spec, progress);
    }
  }

  /** The same of a clone that was there before. */
  void found(OfVolume source, VolumeSpec spec, Progress progress) {
    if (interims.mayExist(spec)) {
      tidy(source, spec, progress);
    }
  }

  private void tidy(OfVolume source, VolumeSpec spec, Progress progress) {
    interims.removeOrLeave(
        source.id(), spec, id -> copies.seen(new OfSnapshot(id), spec), progress);
  }

  private SnapshotId take(OfVolume source, VolumeSpec spec, Progress progress) {
    boolean isFirst = !interims.isOpen(spec);
    SnapshotId interim;
    try {
      interim = takeNow(source, spec, progress);
    } catch (OperationPending e) {
      progress.at("waiting to be copied: " + e.sentence());
      interim =
          turns.take(
              "turn for a snapshot of " + source.key(),
              progress,
              () -> takeNow(source, spec, progress));
    }
    if (isFirst) {
      events.madeOfSnapshot(spec, source.id(), interim);
    }
    return interim;
  }

  private SnapshotId takeNow(OfVolume source, VolumeSpec spec, Progress progress) {
    UDisk disk =
        disks.find(source.id()).orElseThrow(() -> new NotFound("volume", source.id().value()));
    var _ = CopySource.of(disk).requireSuited(spec);
    try {
      return interims.take(disk, spec, progress);
    } catch (PreconditionFailed e) {
      throw new PreconditionFailed(
          "volume %s is attached to node %s, and the snapshot that a clone of it is made of meanwhile is refused: %s; it is cloned without one when no node has it"
              .formatted(disk.id(), disk.hostId().orElse("none"), e.sentence()));
    }
  }

  private VolumeId restore(
      SnapshotId interim, OfVolume source, VolumeSpec spec, Progress progress) {
    try {
      return copies.order(new OfSnapshot(interim), spec, progress);
    } catch (DriverException.Certain e) {
      requireClaim(source, spec, progress);
      throw new OperationPending(
          "%s; snapshot %s of volume %s is kept for the next attempt"
              .formatted(e.sentence(), interim, source.id()));
    }
  }

  /**
   * Once its claim is gone, nobody needs a clone that is not there yet, nor its snapshot.
   *
   * @throws PreconditionFailed if it is gone, and no snapshot is left
   */
  private void requireClaim(OfVolume source, VolumeSpec spec, Progress progress) {
    Optional<Claim> gone = spec.placement().claim().filter(scheduling::isGone);
    if (gone.isPresent()) {
      if (interims.isOpen(spec)) {
        interims.remove(source.id(), spec, _ -> {}, progress);
      }
      throw new PreconditionFailed(
          "claim %s/%s, for which a clone was to be made, has been deleted"
              .formatted(gone.get().namespace(), gone.get().name()));
    }
  }
}
