package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.PinnedDevice;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.UnstageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse.Filesystem;
import cn.ucloud.csi.udisk.node.request.VolumeUse.Raw;
import java.util.Optional;

/** Brings a volume to its staging path, and takes it away again. */
public final class VolumeStager {
  private final Host host;
  private final RawStager raw;
  private final FilesystemStager filesystems;
  private final VolumeUnstager unstager;

  public VolumeStager(Host host, BlankRule blankRule) {
    this.host = host;
    this.raw = new RawStager(host);
    this.filesystems = new FilesystemStager(host, blankRule);
    this.unstager = new VolumeUnstager(host);
  }

  /**
   * Mounts the volume at its staging path, or only records which device it is if it is used as a
   * disk; does nothing if that is done already.
   *
   * @throws Incompatible if it is there with another filesystem or other options
   * @throws PreconditionFailed if the disk, or what is mounted at the path, is not what it should
   *     be
   */
  public void stage(StageCommand command, Progress progress) {
    progress.at("waiting for the device");
    BlockDevice device = device(command);
    Privileges.requireMounting();
    progress.sending();
    switch (command.use()) {
      case Raw use -> {
        progress.at("making sure that nothing else uses " + device);
        raw.stage(command, use, device);
      }
      case Filesystem use -> {
        progress.at("inspecting " + device);
        try (PinnedDevice _ = host.devices().pin(device)) {
          Filesystem actual = withType(command, use, device);
          filesystems.stage(
              new StageWork(
                  command.with(actual), actual, device, HostPath.real(command.stagingPath())),
              progress);
        }
      }
    }
    host.claims().write(command.volume(), command.origin().madeFor());
  }

  private BlockDevice device(StageCommand command) {
    BlockDevice disk = host.devices().await(command.volume(), command.context());
    Optional<Integer> partition = command.origin().partition();
    if (partition.isPresent() && command.use() instanceof Raw) {
      throw new PreconditionFailed(
          "volume "
              + command.volume()
              + " is a partition, which can be mounted only; a raw volume is a whole disk");
    }
    return partition
        .map(number -> host.devices().requirePartition(command.volume(), disk, number))
        .orElse(disk);
  }

  /**
   * A default is no demand: what was staged already, or is on the disk, goes before it. Whether it
   * may be used is decided later.
   */
  private Filesystem withType(StageCommand command, Filesystem use, BlockDevice device) {
    if (use.demanded()) {
      return use;
    }
    FilesystemType type =
        host.staged()
            .find(command.volume())
            .filter(record -> record.identity().equals(device.identity()))
            .flatMap(record -> FilesystemType.named(record.use()))
            .or(() -> host.filesystems().findType(device))
            .orElse(use.type());
    return new Filesystem(type, use.options(), false);
  }

  /**
   * Unmounts whatever is at the staging path; does nothing if nothing is.
   *
   * @throws OutcomeUnknown if the volume stays mounted anywhere
   */
  public void unstage(UnstageCommand command, Progress progress) {
    progress.sending();
    unstager.unstage(command, progress);
  }
}
