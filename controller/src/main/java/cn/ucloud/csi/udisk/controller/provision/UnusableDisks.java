package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.reads.SharedSnapshotReads;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disks that were made for a claim and that it cannot have as they are: in a zone where its pod
 * cannot go any more, of a class that has changed, or broken. They are deleted, so that the claim
 * gets another one, if it is proved that nobody has ever used them (decision 5).
 */
public final class UnusableDisks {
  private static final Logger LOG = LoggerFactory.getLogger(UnusableDisks.class);

  private final SharedSnapshotReads snapshots;
  private final ForceDetachPolicy forceDetachPolicy;
  private final DeleteVolume deletion;
  private final CreationEvents events;
  private final AtomicLong deleted = new AtomicLong();

  public UnusableDisks(
      SharedSnapshotReads snapshots,
      ForceDetachPolicy forceDetachPolicy,
      DeleteVolume deletion,
      CreationEvents events) {
    this.snapshots = snapshots;
    this.forceDetachPolicy = forceDetachPolicy;
    this.deletion = deletion;
    this.events = events;
  }

  /**
   * Deletes the disk, unless there is a reason to keep it: then nothing is sent.
   *
   * @param disk as it was shown in this call, in a state that lasts
   * @param unfit why it cannot be the volume, as in "is in zone a, not in b"
   * @return the reason to keep it; empty if the disk is gone
   * @throws Unavailable if it cannot be found out now
   */
  Optional<String> delete(UDisk disk, VolumeSpec spec, String unfit, Progress progress) {
    Optional<String> reason = findReasonToKeep(disk, spec, progress);
    if (reason.isPresent()) {
      LOG.info("disk {} of {} {}; it stays: {}", disk.id(), disk.name(), unfit, reason.get());
      return reason;
    }
    LOG.warn(
        "deleting disk {}, which was made for {} and {}: no persistent volume names it",
        disk.id(),
        disk.name(),
        unfit);
    deletion.deleteUnused(new VolumeId(disk.id()), progress);
    deleted.incrementAndGet();
    events.replaced(spec, disk, unfit);
    return Optional.empty();
  }

  /** How many were deleted. */
  public long deleted() {
    return deleted.get();
  }

  private Optional<String> findReasonToKeep(UDisk disk, VolumeSpec spec, Progress progress) {
    Optional<Claim> claim = spec.placement().claim();
    if (claim.isEmpty()) {
      return Optional.of("the request does not tell whose claim it is for");
    }
    if (!disk.name().equals(spec.name().marked())) {
      return Optional.of("its name does not bear the mark of this cluster");
    }
    boolean isAtRest =
        switch (disk.status()) {
          case AVAILABLE, FAILED, RESTOREFAILED -> true;
          case ATTACHING,
              INUSE,
              DETACHING,
              INITIALIZATING,
              INITIALIZING,
              CLONING,
              RESTORING,
              UNKNOWN ->
              false;
        };
    if (!isAtRest || disk.hostId().isPresent() || disk.isSystemDisk()) {
      return Optional.of("it is " + disk.status());
    }
    progress.at("asking whether anybody has used disk " + disk.id());
    return forceDetachPolicy
        .findReasonToKeep(new VolumeId(disk.id()), claim.get())
        .or(() -> findSnapshots(disk));
  }

  private Optional<String> findSnapshots(UDisk disk) {
    try {
      List<String> left = snapshots.of(disk).stream().map(UDiskSnapshot::id).toList();
      return left.isEmpty()
          ? Optional.empty()
          : Optional.of("it has snapshots: " + String.join(", ", left));
    } catch (DriverException.Certain e) {
      throw new Unavailable(
          "the snapshots of disk %s cannot be read: %s".formatted(disk.id(), e.sentence()), e);
    }
  }
}
