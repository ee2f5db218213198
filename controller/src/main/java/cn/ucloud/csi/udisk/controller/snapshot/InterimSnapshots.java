package cn.ucloud.csi.udisk.controller.snapshot;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.SnapshotSpec;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots that clones of volumes in use are made of: one for each clone, which is found again
 * by the clone's name and removed when the clone is there (decision 21). None outlives the claim of
 * its clone for long: what is left, the audit has removed.
 */
public final class InterimSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(InterimSnapshots.class);

  /** For so long a clone that is there is kept waiting for the removal of its snapshot. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final CreateSnapshot creation;
  private final DeleteSnapshot deletion;
  private final SnapshotApi snapshots;
  private final Scheduling scheduling;
  private final TimeSource time;
  private final AtomicLong taken = new AtomicLong();

  /** The names of those that this process may have ordered, and has not seen gone. */
  private final Set<String> open = ConcurrentHashMap.newKeySet();

  /** Since when the removal fails. */
  private final Map<String, Long> failing = new ConcurrentHashMap<>();

  public InterimSnapshots(
      CreateSnapshot creation,
      DeleteSnapshot deletion,
      SnapshotApi snapshots,
      Scheduling scheduling,
      TimeSource time) {
    this.creation = creation;
    this.deletion = deletion;
    this.snapshots = snapshots;
    this.scheduling = scheduling;
    this.time = time;
  }

  /** How many this process has taken. */
  public long taken() {
    return taken.get();
  }

  /** Whether this process may have ordered the one of the clone, and has not seen it gone. */
  public boolean isOpen(VolumeSpec clone) {
    return open.contains(clone.name().ofInterimSnapshot().marked());
  }

  /** Whether the clone may have one, be it that a process before this one has ordered it. */
  public boolean mayExist(VolumeSpec clone) {
    return isOpen(clone) || !isNew(clone);
  }

  /**
   * The one of the clone, if it was taken before; waits as long as an earlier order may still take
   * it. One that the cloud failed to take is removed.
   */
  public Optional<SnapshotId> find(VolumeId source, VolumeSpec clone, Progress progress) {
    SnapshotSpec spec = spec(source, clone);
    Optional<UDiskSnapshot> found = creation.findSettled(spec, () -> isNew(clone), progress);
    if (found.filter(snapshot -> snapshot.status() == UDiskSnapshot.Status.FAILED).isPresent()) {
      delete(found.get(), progress);
      return Optional.empty();
    }
    found.ifPresent(_ -> open.add(spec.name().marked()));
    return found.map(snapshot -> new SnapshotId(snapshot.id()));
  }

  /**
   * Takes it, once; it cannot be restored yet.
   *
   * @throws OperationPending also where the disk has as many snapshots as it may have, and those of
   *     other clones among them
   * @throws DriverException.Certain only if none was taken
   */
  public SnapshotId take(UDisk source, VolumeSpec clone, Progress progress) {
    SnapshotSpec spec = spec(new VolumeId(source.id()), clone);
    boolean isFirst = open.add(spec.name().marked());
    try {
      SnapshotId id = creation.create(spec, () -> isNew(clone), progress).id();
      if (isFirst) {
        taken.incrementAndGet();
      }
      return id;
    } catch (DriverException.Certain e) {
      open.remove(spec.name().marked());
      throw isForAWhile(source) ? new OperationPending(e.sentence()) : e;
    }
  }

  private boolean isForAWhile(UDisk source) {
    return snapshots.of(source).stream()
        .map(UDiskSnapshot::name)
        .anyMatch(DiskName::mayBeOfInterimSnapshot);
  }

  /**
   * Removes it, if there is one.
   *
   * @param notUsed hears which it is before it goes
   * @throws OperationPending if it is still there
   */
  public void remove(
      VolumeId source, VolumeSpec clone, Consumer<SnapshotId> notUsed, Progress progress) {
    SnapshotSpec spec = spec(source, clone);
    Optional<UDiskSnapshot> left = creation.find(spec, progress);
    left.ifPresent(snapshot -> {
      notUsed.accept(new SnapshotId(snapshot.id()));
      delete(snapshot, progress);
    });
    open.remove(spec.name().marked());
    failing.remove(spec.name().marked());
  }

  /**
   * The same for a clone that is there, and that is not kept waiting for ever: one that cannot be
   * removed is left to the audit.
   */
  public void removeOrLeave(
      VolumeId source, VolumeSpec clone, Consumer<SnapshotId> notUsed, Progress progress) {
    String name = clone.name().ofInterimSnapshot().marked();
    try {
      remove(source, clone, notUsed, progress);
    } catch (DriverException e) {
      long since = failing.computeIfAbsent(name, _ -> time.now());
      if (time.now() - since < PATIENCE.toNanos()) {
        throw new OperationPending(
            "%s is there, and the snapshot that it was made of cannot be removed yet: %s"
                .formatted(clone.name().marked(), e.sentence()));
      }
      LOG.warn(
          "snapshot {}, which a clone was made of, is left to the audit: {}", name, e.sentence());
    }
  }

  private void delete(UDiskSnapshot snapshot, Progress progress) {
    LOG.info("removing snapshot {} named {}", snapshot.id(), snapshot.name());
    try {
      deletion.delete(new SnapshotId(snapshot.id()), progress);
    } catch (DriverException.Certain e) { // the snapshot is there all the same
      throw new OperationPending(e.sentence());
    }
  }

  /** That of a claim that came when this process was acting already, no other one has ordered. */
  private boolean isNew(VolumeSpec clone) {
    return clone.placement().claim().filter(scheduling::isNew).isPresent();
  }

  private static SnapshotSpec spec(VolumeId source, VolumeSpec clone) {
    return new SnapshotSpec(clone.name().ofInterimSnapshot(), source);
  }
}
