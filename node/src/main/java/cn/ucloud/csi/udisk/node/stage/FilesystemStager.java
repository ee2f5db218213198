package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.filesystem.FilesystemTools;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import cn.ucloud.csi.udisk.node.format.FormatSpec;
import cn.ucloud.csi.udisk.node.format.Formatter;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import java.util.Optional;

/** Stages a volume that is used as a filesystem: makes sure of what is on it, and mounts it. */
final class FilesystemStager {
  private static final String READ_ONLY =
      "the volume is to be mounted read-only, so nothing is written to it; mount it writable once";

  private final Host host;
  private final BlankRule blankRule;
  private final StagingPath path;
  private final CopyStamper copies;
  private final StagingMount mount;

  FilesystemStager(Host host, BlankRule blankRule) {
    this.host = host;
    this.blankRule = blankRule;
    this.path = new StagingPath(host);
    this.copies = new CopyStamper(host);
    this.mount = new StagingMount(host);
  }

  /**
   * Mounts the volume at its staging path; does nothing if that is done already.
   *
   * @throws Incompatible if it is there with another filesystem or other options
   * @throws PreconditionFailed if the disk, or what is mounted at the path, is not what it should
   *     be, or the disk would have to be written to first and is to be read-only, or the kernel
   *     cannot treat the disk as asked
   * @throws Unavailable if the disk carries no stamp, and the metadata server says that the volume
   *     is another disk
   */
  void stage(StageWork work, Progress progress) {
    if (path.isStaged(work)) {
      host.markers().endAbout(work.device());
      tune(work, progress);
      progress.at("growing the mounted filesystem if the disk has become larger");
      mount.grow(work);
      return;
    }
    // A process that was killed while it mounted this disk read-only may have left it so.
    host.protection().clear(work.volume(), work.device());
    if (work.isReadOnly()) {
      progress.at("inspecting the disk, to which nothing is written");
      requireReadable(work);
    } else {
      makeReady(work, progress);
    }
    tune(work, progress);
    progress.at("mounting, and growing the filesystem if the disk has become larger");
    host.staged().write(work.volume(), work.record());
    mount.make(work);
  }

  /** Before it is mounted, since files that are open keep the read-ahead that they began with. */
  private void tune(StageWork work, Progress progress) {
    progress.at("setting how the kernel treats " + work.device());
    host.queues().apply(work.volume(), work.device(), work.queue());
  }

  /**
   * Read-only means that nothing is written: neither is a blank disk formatted, nor a copy stamped,
   * nor a filesystem repaired.
   */
  private void requireReadable(StageWork work) {
    if (host.markers().areAbout(work.device())) {
      throw new PreconditionFailed(
          "volume "
              + work.volume()
              + " is not mounted: it is to be read-only, and what this driver had begun on "
              + work.device()
              + " was cut short; mount it writable once, which completes that");
    }
    Owner owner =
        work.isPartition()
            ? host.formatter().requireUsable(work.lineage(), work.type(), work.device())
            : host.formatter().requireFilled(work.lineage(), work.type(), work.device(), READ_ONLY);
    switch (owner) {
      case SOURCE -> {
        var _ = copies.requireCopy(work);
      }
      case NOT_STAMPED -> host.letters().requireNotElsewhere(work.volume(), work.device());
      case THIS_VOLUME, OTHER_VOLUME -> {}
    }
  }

  private void makeReady(StageWork work, Progress progress) {
    progress.at("inspecting the disk, and formatting it if it is blank");
    Formatter.FormatResult found = found(work);
    Owner owner = copies.ensure(work, found.owner(), progress);
    if (owner == Owner.NOT_STAMPED) {
      host.letters().requireNotElsewhere(work.volume(), work.device());
    }
    // In use means mounted already, perhaps where we cannot see it; the kernel knows what to do.
    if (!found.isNew() && !ExclusiveHold.isInUse(work.device().node())) {
      prepare(work, progress);
    }
    host.markers().endAbout(work.device());
  }

  /** A partition is never formatted: only a whole disk was proved to be the volume and blank. */
  private Formatter.FormatResult found(StageWork work) {
    if (work.isPartition()) {
      return new Formatter.FormatResult(
          host.formatter().requireUsable(work.lineage(), work.type(), work.device()), false);
    }
    Optional<StageRecord> before = findFilesystemElsewhere(work);
    return before.isPresent()
        ? new Formatter.FormatResult(requireSame(work, before.get()), false)
        : host.formatter().ensure(format(work), work.device());
  }

  /** A volume that is staged has a filesystem, also after its disk has gone from this host. */
  private Optional<StageRecord> findFilesystemElsewhere(StageWork work) {
    return host.staged()
        .find(work.volume())
        .filter(record -> !record.isRaw() && !record.identity().equals(work.device().identity()));
  }

  private Owner requireSame(StageWork work, StageRecord before) {
    return host.formatter()
        .requireFilled(
            work.lineage(),
            work.type(),
            work.device(),
            "the volume had a filesystem when it was staged from "
                + before.identity()
                + ", so this is another disk that has its letter now; delete the pods of the"
                + " volume, which has it attached anew");
  }

  private FormatSpec format(StageWork work) {
    return new FormatSpec(
        work.lineage(),
        work.type(),
        work.command().origin().mkfs(),
        work.command().context().size(),
        rule(work));
  }

  private Optional<BlankRule> rule(StageWork work) {
    return switch (work.command().origin().content()) {
      case BLANK -> Optional.of(blankRule);
      // An administrator may have data on it that no signature shows.
      case UNKNOWN -> Optional.of(BlankRule.ZEROS);
      case COPY -> Optional.empty();
    };
  }

  private void prepare(StageWork work, Progress progress) {
    FilesystemTools tools = host.filesystems().of(work.type());
    progress.at("checking the filesystem");
    tools.repair(work.device());
    if (mount.isToGrow(work)) {
      progress.at("growing the filesystem before it is mounted");
      try {
        tools.growUnmounted(work.device());
      } catch (DriverException e) {
        mount.reportNotGrown(work, e);
        // What was cut short may have left it unfit for mounting.
        tools.repair(work.device());
      }
    }
  }
}
