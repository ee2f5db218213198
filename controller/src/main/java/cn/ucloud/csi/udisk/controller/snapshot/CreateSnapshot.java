package cn.ucloud.csi.udisk.controller.snapshot;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.change.SettledLookup;
import cn.ucloud.csi.udisk.controller.change.SettledLookup.LookupQuery;
import cn.ucloud.csi.udisk.controller.change.SourceProtection;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import cn.ucloud.csi.udisk.controller.model.SnapshotSpec;
import cn.ucloud.csi.udisk.controller.polling.Poller.WaitCondition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a snapshot once, however often it is asked for, as {@link
 * cn.ucloud.csi.udisk.controller.provision.CreateVolume} makes disks. It answers when the cut is
 * made, long before the snapshot can be used.
 */
public final class CreateSnapshot {
  private static final Logger LOG = LoggerFactory.getLogger(CreateSnapshot.class);
  private static final Comparator<UDiskSnapshot> OLDEST_FIRST =
      Comparator.comparingLong(UDiskSnapshot::createTime).thenComparing(UDiskSnapshot::id);

  private final DiskApi disks;
  private final Scheduling scheduling;
  private final SnapshotApi snapshots;
  private final CompleteList wholeList;
  private final SettledLookup lookup;
  private final SendOnce sendOnce;
  private final WorkContext context;
  private final SourceProtection protection;
  private final SnapshotNames names = new SnapshotNames();

  public CreateSnapshot(
      DiskApi disks, SnapshotApi snapshots, Scheduling scheduling, WorkContext context) {
    this.disks = disks;
    this.scheduling = scheduling;
    this.snapshots = snapshots;
    this.wholeList = new CompleteList(context.poller());
    this.lookup = context.lookup();
    this.sendOnce = context.sendOnce();
    this.context = context;
    this.protection = new SourceProtection(context.unanswered());
  }

  /**
   * The snapshot, once the cloud shows it. Its source is held, with others, only while the order is
   * in flight; until that has settled it is kept from being deleted, and from nothing else.
   *
   * @throws Incompatible if a snapshot of this name is of another volume
   * @throws NotFound if there is no such volume, nor the snapshot
   * @throws DriverException.Certain of any kind only after a look-up in this call has proved that
   *     no such snapshot exists
   */
  public Snapshot create(SnapshotSpec spec, Progress progress) {
    return create(spec, () -> scheduling.isNewSnapshot(spec.name().marked()), progress);
  }

  /**
   * The same.
   *
   * @param isNew whether no other process can have ordered it; asked only when that matters
   */
  Snapshot create(SnapshotSpec spec, BooleanSupplier isNew, Progress progress) {
    Optional<UDiskSnapshot> known = findKnown(spec, progress);
    if (known.isPresent()) { // the snapshotter asks again and again until it is ready
      return good(known.get(), spec);
    }
    Optional<UDisk> source = readSource(spec, progress);
    Optional<UDiskSnapshot> existing = findSettled(spec, source, isNew, progress);
    if (existing.isPresent()) {
      return good(existing.get(), spec);
    }
    UDisk disk = source.orElseThrow(() -> new NotFound("volume", spec.source().value()));
    requireSnapshottable(disk);
    protection.protect(disk.id(), progress);
    SnapshotId id = order(spec, disk, isNew, progress);
    return good(shown(id, progress), spec);
  }

  /** The snapshot, if it was taken before; waits as long as an earlier order may still take it. */
  Optional<UDiskSnapshot> findSettled(SnapshotSpec spec, BooleanSupplier isNew, Progress progress) {
    return findKnown(spec, progress)
        .or(() -> findSettled(spec, readSource(spec, progress), isNew, progress));
  }

  /** The snapshot, if it is shown now. */
  Optional<UDiskSnapshot> find(SnapshotSpec spec, Progress progress) {
    return findKnown(spec, progress)
        .or(() -> read("the snapshots", () -> find(spec, disks.find(spec.source()))));
  }

  private Optional<UDiskSnapshot> findKnown(SnapshotSpec spec, Progress progress) {
    progress.at("looking for the snapshot");
    return read("the snapshot", () -> known(spec.name()));
  }

  private Optional<UDisk> readSource(SnapshotSpec spec, Progress progress) {
    progress.at("reading the source");
    return read("the source", () -> disks.find(spec.source()));
  }

  private Snapshot good(UDiskSnapshot snapshot, SnapshotSpec spec) {
    names.add(snapshot.name(), new SnapshotId(snapshot.id()));
    protection.seen(spec.source().value(), what(spec));
    return Snapshot.of(requireGood(snapshot, spec));
  }

  private static <T> Optional<T> read(String what, Supplier<Optional<T>> look) {
    try {
      return look.get();
    } catch (DriverException.Certain e) {
      throw new Unavailable(what + " cannot be read: " + e.sentence(), e);
    }
  }

  private Optional<UDiskSnapshot> findSettled(
      SnapshotSpec spec, Optional<UDisk> source, BooleanSupplier isNew, Progress progress) {
    return lookup.find(
        new LookupQuery(spec.key(), what(spec), isNew), () -> find(spec, source), progress);
  }

  private static String what(SnapshotSpec spec) {
    return "snapshot named " + spec.name().marked();
  }

  /**
   * Of the source. The list of all snapshots, which may be long and is never still in a busy
   * account, is read only where the source is gone.
   */
  private Optional<UDiskSnapshot> find(SnapshotSpec spec, Optional<UDisk> source) {
    List<UDiskSnapshot> all =
        source.isPresent()
            ? snapshots.of(source.get())
            : wholeList.read("snapshots", UDiskSnapshot::id, snapshots::page);
    return oldestNamed(spec.name(), all);
  }

  /** The one that this process knows by the name, be it of another source. */
  private Optional<UDiskSnapshot> known(DiskName name) {
    return names
        .find(name.marked())
        .flatMap(snapshots::find)
        .filter(snapshot -> snapshot.name().equals(name.marked()));
  }

  private static Optional<UDiskSnapshot> oldestNamed(DiskName name, List<UDiskSnapshot> all) {
    List<UDiskSnapshot> found =
        all.stream()
            .filter(snapshot -> snapshot.name().equals(name.marked()))
            .sorted(OLDEST_FIRST)
            .toList();
    if (found.size() > 1) {
      LOG.warn(
          "{} snapshots are named {}; {} is the one, the others are left alone",
          found.size(),
          name.marked(),
          found.getFirst().id());
    }
    return found.stream().findFirst();
  }

  private static UDiskSnapshot requireGood(UDiskSnapshot snapshot, SnapshotSpec spec) {
    if (!snapshot.diskId().equals(spec.source().value())) {
      throw new Incompatible(
          "the snapshot %s named %s is of volume %s, not of %s"
              .formatted(snapshot.id(), snapshot.name(), snapshot.diskId(), spec.source()));
    }
    if (snapshot.status() == UDiskSnapshot.Status.FAILED) {
      throw new OutcomeUnknown(
          "the cloud failed to take snapshot %s and left it in status Failed; delete it in the"
                  .formatted(snapshot.id())
              + " console");
    }
    return snapshot;
  }

  private static void requireSnapshottable(UDisk disk) {
    if (disk.isSystemDisk()) {
      throw new PreconditionFailed("volume " + disk.id() + " is a system disk");
    }
    if (disk.status().isBeingMade()) {
      throw new OperationPending("volume %s is %s".formatted(disk.id(), disk.status()));
    }
  }

  private SnapshotId order(
      SnapshotSpec spec, UDisk disk, BooleanSupplier isNew, Progress progress) {
    progress.at("taking a " + what(spec));
    try (Progress.Hold _ = progress.share(disk.id())) {
      return sendOnce.make(
          spec.key(), "snapshot", () -> snapshots.create(disk, spec.name().marked()));
    } catch (OutcomeUnknown e) {
      protection.unanswered(disk.id(), what(spec));
      LOG.warn("it is not known whether a snapshot was taken: {}", e.sentence());
      return findSettled(spec, Optional.of(disk), isNew, progress)
          .map(snapshot -> new SnapshotId(snapshot.id()))
          .orElseThrow(() -> e); // none was taken; the next call may order one
    }
  }

  private UDiskSnapshot shown(SnapshotId id, Progress progress) {
    return context
        .poller()
        .until(
            new WaitCondition<>("snapshot " + id + " to be listed", UDiskSnapshot::status, s -> s),
            context.timing().completion(),
            progress,
            () -> snapshots.find(id));
  }
}
