package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.ReadOnlyFlag;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse.Raw;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Stages a volume that is used as a disk: only records which attachment it is. */
final class RawStager {
  private final Host host;

  RawStager(Host host) {
    this.host = host;
  }

  /**
   * Records the device; changes nothing if it is recorded already.
   *
   * @throws Incompatible if the volume is staged as a filesystem, or not with the same access
   * @throws Forbidden if the disk is mounted
   * @throws Unavailable if the metadata server says that the volume is another disk
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
    if (record.isEmpty()) {
      host.letters().requireNotElsewhere(command.volume(), device);
      host.staged().write(command.volume(), wanted);
    }
    if (use.readOnly()) {
      ReadOnlyFlag.set(device.node(), true);
    }
  }

  private void requireNotMounted(BlockDevice device) {
    List<Path> mounts =
        MountTable.read()
            .mounts()
            .filter(m -> host.mounted().numberOf(m).equals(device.number()))
            .map(Mount::path)
            .toList();
    if (!mounts.isEmpty()) {
      throw new Forbidden(device + " is mounted at " + mounts + "; it cannot be a raw volume too");
    }
  }

  /**
   * Undoes what staging did, while the attachment is still there.
   *
   * @throws OutcomeUnknown if a pod has it still
   */
  void unstage(VolumeId volume, StageRecord record) {
    MountTable table = MountTable.read();
    List<Path> targets =
        host.published().targets(volume).stream()
            .filter(target -> table.topAt(target).isPresent())
            .toList();
    if (!targets.isEmpty()) {
      throw new OutcomeUnknown("volume " + volume + " is still published at " + targets);
    }
    if (record.isReadOnlyRaw()) {
      host.devices()
          .find(record.identity())
          .ifPresent(device -> ReadOnlyFlag.set(device.node(), false));
    }
  }
}
