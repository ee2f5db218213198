package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.volume.SettledLookup.Sought;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the disk of a volume once, however often it is asked for, also when answers are lost or
 * this process is killed in between (decision 5). The disk's name is all that is relied on.
 */
final class IdempotentCreation {
  private static final Logger LOG = LoggerFactory.getLogger(IdempotentCreation.class);

  /** Of several disks with one name the oldest is the volume, every time. */
  private static final Comparator<UDisk> OLDEST_FIRST =
      Comparator.comparingLong(UDisk::createTime).thenComparing(UDisk::id);

  private final Origins origins;
  private final Scheduling scheduling;
  private final Sites sites;
  private final CreationNotices notices;
  private final Making making;
  private final SettledLookup lookup;
  private final DiskWatch watch;
  private final Unsettled unsettled;
  private final Timing timing;

  IdempotentCreation(
      UDisks disks, Origins origins, ClusterView cluster, DiskWatch watch, Waiting waiting) {
    this.origins = origins;
    this.scheduling = cluster.scheduling();
    this.sites = new Sites(scheduling);
    this.notices = new CreationNotices(cluster.notices());
    this.making = new Making(disks);
    this.lookup = waiting.lookup();
    this.watch = watch;
    this.unsettled = waiting.unsettled();
    this.timing = waiting.timing();
  }

  /**
   * The volume, ready to be attached. A source is held as long as it is being copied.
   *
   * @throws Incompatible if a disk of this name has another size, type or zone
   * @throws DriverException.Certain of any kind only after a look-up by name in this call has
   *     proved that no disk exists
   */
  NewVolume create(VolumeSpec spec, Progress progress) {
    Optional<Origin> origin = Optional.empty();
    if (spec.source().isPresent()) {
      progress.at("reading the source");
      progress.alsoHold(spec.source().get().key());
      origin = origins.find(spec.source().get());
    }
    progress.at("asking the cluster where the disk is to be");
    Site site = sites.choose(spec);
    Optional<UDisk> existing = findSettled(spec, progress);
    VolumeId id;
    if (existing.isPresent()) {
      id = new VolumeId(existing.get().id());
      progress.alsoHold(id.value());
      requireMatch(existing.get(), spec);
    } else {
      id = order(spec, site, origin, progress);
    }
    UDisk disk = usable(id, progress);
    notices.made(spec, disk);
    boolean isRssd = disk.type().filter(DiskType.RSSD::equals).isPresent();
    return new NewVolume(Volume.of(disk), origin.map(Origin::disk), isRssd && site.takesRssd());
  }

  private static void requireMatch(UDisk disk, VolumeSpec spec) {
    Optional<String> mismatch = spec.mismatch(disk);
    if (mismatch.isPresent()) {
      throw new Incompatible(
          "the disk %s named %s %s".formatted(disk.id(), disk.name(), mismatch.get()));
    }
  }

  private Optional<UDisk> findSettled(VolumeSpec spec, Progress progress) {
    DiskName name = spec.name();
    return lookup.find(
        new Sought(name.marked(), "disk named " + name.marked(), () -> isNew(spec)),
        () -> find(spec),
        progress);
  }

  private boolean isNew(VolumeSpec spec) {
    return spec.placement().claim().filter(scheduling::isNew).isPresent();
  }

  private Optional<UDisk> find(VolumeSpec spec) {
    List<UDisk> found = watch.named(spec.name().spellings()).stream().sorted(OLDEST_FIRST).toList();
    if (found.size() > 1) {
      LOG.warn(
          "{} disks are named {}; {} is the volume, the others are left alone: {}",
          found.size(),
          found.getFirst().name(),
          found.getFirst().id(),
          found.stream().skip(1).map(UDisk::id).toList());
      notices.duplicates(spec, found.stream().map(UDisk::id).toList());
    }
    return found.stream().findFirst();
  }

  private VolumeId order(VolumeSpec spec, Site site, Optional<Origin> origin, Progress progress) {
    try {
      VolumeId id = making.order(spec, site, origin, progress);
      progress.alsoHold(id.value());
      return id;
    } catch (SoldOut | LimitReached e) {
      notices.refused(spec, e.sentence());
      throw e;
    } catch (OutcomeUnknown e) {
      unsettled.add(spec.name().marked(), "creation");
      LOG.warn("it is not known whether a disk was made: {}", e.sentence());
      return findSettled(spec, progress)
          .map(disk -> new VolumeId(disk.id()))
          .orElseThrow(() -> e); // none was made; the next call may order one
    }
  }

  private UDisk usable(VolumeId id, Progress progress) {
    return watch.until(
        id,
        DiskWatch.Work.CREATION,
        "disk " + id + " to be Available",
        timing.completion(),
        progress,
        disk -> disk.filter(d -> isUsable(d)));
  }

  private static boolean isUsable(UDisk disk) {
    if (disk.status() == UDiskStatus.FAILED) {
      throw new OutcomeUnknown(
          "the cloud failed to make disk %s and left it in status Failed; delete it in the console"
              .formatted(disk.id()));
    }
    return !disk.status().isBeingMade() && disk.status() != UDiskStatus.UNKNOWN;
  }
}
