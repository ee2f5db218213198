package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.FilesystemTools;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.MountOptions;

/**
 * Gives a restored or cloned disk the stamp of its own volume, in place of its source's.
 *
 * <p>Only if it is proved to be the copy ({@link
 * cn.ucloud.csi.udisk.node.device.MetadataDeviceCheck#isCopy}), nobody on this host uses it, and
 * its log has been replayed, for which xfs is mounted for a moment at the staging path. Killed at
 * any point, the next staging goes on: the disk carries the old stamp or the new one, and a record
 * says that the work was not proved to be complete.
 */
final class CopyStamper {
  private final Host host;

  CopyStamper(Host host) {
    this.host = host;
  }

  /**
   * Stamps the copy, or completes that.
   *
   * @param owner whose stamp it carries now
   * @return whose stamp it carries then; still the source's where nothing can prove that it is the
   *     copy, which ext4 and xfs can live with
   * @throws PreconditionFailed if it is a btrfs and nothing can prove that it is the copy
   * @throws Unavailable if it is in use, or may be its source
   * @throws OutcomeUnknown if a program failed, or does not do what it reports
   */
  Owner ensure(StageWork work, Owner owner, Progress progress) {
    boolean unfinished =
        owner == Owner.THIS_VOLUME
            && host.markers().stamping().isBegun(work.volume(), work.device());
    if (owner != Owner.SOURCE && !unfinished) {
      return owner;
    }
    if (!unfinished && !requireCopy(work)) {
      return owner;
    }
    progress.at("giving the copy its own stamp");
    replayLog(work);
    stamp(work);
    return Owner.THIS_VOLUME;
  }

  /**
   * Whether it is proved to be the copy; false where nothing can prove it.
   *
   * @throws PreconditionFailed if it is a btrfs and nothing can prove that it is the copy
   * @throws Unavailable if it may be its source
   */
  boolean requireCopy(StageWork work) {
    VolumeId source = work.command().origin().copyOf().orElseThrow();
    boolean proved = host.letters().isCopy(work.volume(), source, work.device());
    if (!proved && work.type() == FilesystemType.BTRFS) {
      throw new PreconditionFailed(
          work.device()
              + " carries the stamp of "
              + source
              + ", and the metadata server names no disks that could prove it to be the copy "
              + work.volume()
              + "; the kernel would mix up two btrfs of one UUID");
    }
    return proved;
  }

  private void replayLog(StageWork work) {
    FilesystemTools tools = host.filesystems().of(work.type());
    BlockDevice device = work.device();
    host.holders().hold(device).close();
    host.markers().stamping().begin(work.volume(), device);
    tools.repair(device);
    if (!tools.needsMountBeforeStamping(device, VolumeUuid.of(work.volume()))) {
      return;
    }
    HostPath.ensureDirectory(work.place());
    MountOptions options = tools.mountOptions(device, MountOptions.NONE);
    try {
      host.mounter().mount(device.node(), work.place(), work.type().toString(), options);
    } finally {
      host.unmounter().unmountAll(work.place());
    }
  }

  private void stamp(StageWork work) {
    VolumeId volume = work.volume();
    BlockDevice device = host.devices().require(volume, work.device().identity());
    VolumeUuid stamp = VolumeUuid.of(volume);
    try (ExclusiveHold _ = host.holders().hold(device)) {
      // What was proved was proved of these bytes, so they must still be there.
      var _ = host.formatter().requireUsable(work.lineage(), work.type(), device);
      host.filesystems().of(work.type()).stamp(device, stamp);
      if (host.formatter().requireUsable(work.lineage(), work.type(), device)
          != Owner.THIS_VOLUME) {
        throw new OutcomeUnknown(
            device + " should carry the stamp " + stamp + " now, and does not");
      }
    }
    host.markers().stamping().end(volume);
  }
}
