package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import java.time.Duration;
import java.util.ArrayList;
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

  private final UDisks disks;
  private final DiskWatch watch;
  private final Unsettled unsettled;
  private final Timing timing;

  IdempotentCreation(UDisks disks, DiskWatch watch, Unsettled unsettled, Timing timing) {
    this.disks = disks;
    this.watch = watch;
    this.unsettled = unsettled;
    this.timing = timing;
  }

  /**
   * The volume, ready to be attached.
   *
   * @throws Incompatible if a disk of this name has another size, type or zone
   * @throws DriverException.Certain of any kind only after a look-up by name in this call has
   *     proved that no disk exists
   */
  Volume create(VolumeSpec spec, Progress progress) {
    Optional<UDisk> existing = findSettled(spec.name(), progress);
    if (existing.isEmpty()) {
      return Volume.of(usable(order(spec, progress), progress));
    }
    UDisk disk = existing.get();
    progress.alsoHold(disk.id());
    Optional<String> mismatch = spec.mismatch(disk);
    if (mismatch.isPresent()) {
      throw new Incompatible(
          "the disk %s named %s %s".formatted(disk.id(), disk.name(), mismatch.get()));
    }
    return Volume.of(usable(new VolumeId(disk.id()), progress));
  }

  /** Looks until there is a disk, or until its absence counts. */
  private Optional<UDisk> findSettled(DiskName name, Progress progress) {
    Duration wait = timing.firstPoll();
    while (true) {
      progress.at("looking for a disk named " + name.marked());
      // What has settled before the look cannot appear after it.
      Duration left = unsettled.remaining(name.marked());
      Optional<UDisk> found = find(name);
      if (found.isPresent()) {
        unsettled.remove(name.marked());
        return found;
      }
      if (left.isZero()) {
        return Optional.empty();
      }
      progress.at(
          "no disk is named %s; that counts in %d s, when no earlier request can still make one"
              .formatted(name.marked(), left.toSeconds() + 1));
      watch.sleep(left.compareTo(wait) < 0 ? left : wait);
      wait = watch.longer(wait);
    }
  }

  /**
   * Until the look-up has been answered nothing is certain: an earlier call may have made the disk.
   */
  private Optional<UDisk> find(DiskName name) {
    try {
      for (String spelling : name.spellings()) {
        List<UDisk> found = disks.named(spelling).stream().sorted(OLDEST_FIRST).toList();
        if (found.size() > 1) {
          LOG.warn(
              "{} disks are named {}; {} is the volume, the others are left alone: {}",
              found.size(),
              spelling,
              found.getFirst().id(),
              found.stream().skip(1).map(UDisk::id).toList());
        }
        if (!found.isEmpty()) {
          return Optional.of(found.getFirst());
        }
      }
      return Optional.empty();
    } catch (DriverException.Certain e) {
      throw new Unavailable("whether the disk exists cannot be found out: " + e.sentence(), e);
    }
  }

  /** Orders the first type that is not sold out. */
  private VolumeId order(VolumeSpec spec, Progress progress) {
    List<String> soldOut = new ArrayList<>();
    for (DiskType type : spec.plan().types()) {
      try {
        return order(spec, type, progress);
      } catch (SoldOut e) {
        LOG.info("no {} is left for {}: {}", type.className(), spec.name().marked(), e.sentence());
        soldOut.add(e.sentence());
      }
    }
    throw new SoldOut(String.join("; ", soldOut));
  }

  private VolumeId order(VolumeSpec spec, DiskType type, Progress progress) {
    progress.at(
        "creating a disk of type %s named %s".formatted(type.className(), spec.name().marked()));
    progress.sending();
    try {
      VolumeId id = disks.create(spec, type);
      progress.alsoHold(id.value());
      return id;
    } catch (OutcomeUnknown e) {
      unsettled.add(spec.name().marked(), "creation");
      LOG.warn("it is not known whether a disk was made: {}", e.sentence());
      return findSettled(spec.name(), progress)
          .map(disk -> new VolumeId(disk.id()))
          .orElseThrow(() -> e); // none was made; the next call may order one
    }
  }

  private UDisk usable(VolumeId id, Progress progress) {
    return watch.until(
        id,
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
