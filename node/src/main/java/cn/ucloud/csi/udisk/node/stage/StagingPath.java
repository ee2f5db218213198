package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.VolumeContext.Content;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.DeadFilesystem;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.StoppedFilesystem;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is mounted at the staging path before a volume is staged there. */
final class StagingPath {
  private static final Logger LOG = LoggerFactory.getLogger(StagingPath.class);

  private final Host host;

  StagingPath(Host host) {
    this.host = host;
  }

  /**
   * Whether the volume is staged there; what is left of an attachment that is no more, or of a
   * staging that was cut short, is taken away.
   *
   * @throws Incompatible if it is staged with another filesystem or other options
   * @throws PreconditionFailed if something else is mounted there
   */
  boolean isStaged(StageWork work) {
    Path place = work.place();
    Optional<StageRecord> record = host.staged().find(work.volume());
    MountTable table = MountTable.read();
    record
        .filter(r -> r.identity().equals(work.device().identity()))
        .filter(r -> r.isRaw() || isMounted(table, work.device()))
        .ifPresent(r -> requireSame(work, r));
    List<Mount> here = table.at(place);
    if (here.isEmpty()) {
      return false;
    }
    boolean sameAttachment =
        record.map(r -> r.identity().equals(work.device().identity())).orElse(true);
    if (sameAttachment
        && here.stream().allMatch(m -> host.mounted().shows(m, work.device().number()))) {
      return isUsable(work, record, here);
    }
    if (here.stream().allMatch(m -> isStale(m, record))
        || DeadFilesystem.findReason(place).isPresent()) {
      return takenAway(work, "still has a mount of a device that is gone", here);
    }
    throw new PreconditionFailed(
        "staging path "
            + place
            + " shows device "
            + host.mounted().numberOf(here.getLast())
            + ", but volume "
            + work.volume()
            + " is "
            + work.device());
  }

  /** Wherever: the paths of kubelet's versions differ. */
  private boolean isMounted(MountTable table, BlockDevice device) {
    return table
        .onDevices(Set.of(device.number()))
        .anyMatch(mount -> host.mounted().shows(mount, device.number()));
  }

  private boolean isUsable(StageWork work, Optional<StageRecord> record, List<Mount> here) {
    if (record.isPresent()) {
      requireSame(work, record.get());
    } else if (work.command().origin().content() == Content.COPY) {
      return takenAway(work, "has the mount that replayed the log of a copy", here);
    } else {
      adopt(work, here.getLast());
    }
    Optional<String> stopped =
        StoppedFilesystem.findReasonByWriting(MountTable.read(), here.getLast());
    return stopped.isEmpty()
        || takenAway(work, "shows a filesystem that has stopped, " + stopped.get(), here);
  }

  private boolean takenAway(StageWork work, String why, List<Mount> here) {
    LOG.warn("{} {}; mounting it anew: {}", work.place(), why, here);
    host.unmounter().unmountAll(work.place());
    return false;
  }

  private static void requireSame(StageWork work, StageRecord record) {
    if (!record.equals(StageRecord.of(work.command(), record.identity()))) {
      throw new Incompatible(
          "volume "
              + work.volume()
              + " is staged already, with another filesystem or other mount flags than asked for");
    }
  }

  /**
   * Staged without a record: by the closed driver, whom we replaced while the volume was in use.
   */
  private void adopt(StageWork work, Mount mount) {
    var _ = host.formatter().requireUsable(work.lineage(), work.type(), work.device());
    if (!mount.type().equals(work.type().toString())
        || mount.options().isReadOnly() != work.use().options().isReadOnly()) {
      throw new Incompatible(
          "volume "
              + work.volume()
              + " is staged as "
              + mount.type()
              + " "
              + (mount.options().isReadOnly() ? "read-only" : "writable"));
    }
    host.staged().write(work.volume(), work.record());
  }

  /** A mount that outlived its device: the number is free, or belongs to another disk by now. */
  private boolean isStale(Mount mount, Optional<StageRecord> record) {
    if (host.mounted().isGone(mount)) {
      return true;
    }
    return record
        .map(StageRecord::identity)
        .filter(recorded -> recorded.number().equals(host.mounted().numberOf(mount)))
        .filter(this::isReplaced)
        .isPresent();
  }

  /**
   * Only another sequence number proves another disk. The same disk under a new serial is alive:
   * the cloud moved its letter, and what has the old letter now must not take its place.
   */
  private boolean isReplaced(DeviceIdentity recorded) {
    OptionalLong now =
        host.sys()
            .findByNumber(recorded.number())
            .map(entry -> entry.identity().diskseq())
            .orElse(OptionalLong.empty());
    return now.isPresent() && recorded.diskseq().isPresent() && !now.equals(recorded.diskseq());
  }
}
