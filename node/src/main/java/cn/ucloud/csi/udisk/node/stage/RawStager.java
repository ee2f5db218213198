package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse.Raw;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stages a volume that is used as a disk: only records which attachment it is. */
final class RawStager {
  private final Host host;
  private final DiskUse use;

  RawStager(Host host) {
    this.host = host;
    this.use = new DiskUse(host);
  }

  /**
   * Records the device; changes nothing if it is recorded already.
   *
   * @throws Incompatible if the volume is staged as a filesystem, or not with the same access
   * @throws PreconditionFailed if the disk or a partition of it is mounted, or the kernel cannot
   *     treat the disk as asked
   * @throws Unavailable if the metadata server says that the volume is another disk, or a program
   *     that was making a filesystem on it may still be at work
   */
  void stage(StageCommand command, Raw use, BlockDevice device) {
    StageRecord wanted = StageRecord.of(command, device.identity());
    Optional<StageRecord> record =
        host.staged().find(command.volume()).filter(r -> r.identity().equals(device.identity()));
    if (record.isPresent() && !record.get().equals(wanted)) {
      throw new Incompatible(
          "volume " + command.volume() + " is staged already, with another capability");
    }
    requireNotMounted(device);
    endProofs(device);
    if (record.isEmpty()) {
      host.letters().requireNotElsewhere(command.volume(), device);
    }
    host.queues().apply(command.volume(), device, command.origin().queue());
    if (record.isEmpty()) {
      host.staged().write(command.volume(), wanted);
    }
    if (use.readOnly()) {
      host.protection().set(command.volume(), device);
    }
  }

  /** From now on somebody else writes to the disk, and a program of ours must have ended. */
  private void endProofs(BlockDevice device) {
    if (host.markers().areAbout(device)) {
      host.holders().hold(device).close();
      host.markers().endAbout(device);
    }
  }

  private void requireNotMounted(BlockDevice device) {
    List<String> mounts = use.mounts(Set.of(device.number()));
    if (!mounts.isEmpty()) {
      throw new PreconditionFailed(
          device + " is mounted at " + mounts + "; it cannot be a raw volume too");
    }
  }

  /**
   * Checks that no pod has it still.
   *
   * @throws OutcomeUnknown if one has
   */
  void requireUnpublished(VolumeId volume) {
    MountTable table = MountTable.read();
    List<Path> targets =
        host.published().targets(volume).stream()
            .filter(target -> table.topAt(target).isPresent())
            .toList();
    if (!targets.isEmpty()) {
      throw new OutcomeUnknown("volume " + volume + " is still published at " + targets);
    }
  }
}
