package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceNode;
import cn.ucloud.csi.udisk.node.device.DeviceNumber;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.PublishCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Shows a volume that is used as a disk to a pod: its device file, bound onto an empty file. */
final class RawPublisher {
  private final Host host;
  private final Targets targets;

  RawPublisher(Host host, Targets targets) {
    this.host = host;
    this.targets = targets;
  }

  /**
   * Binds the device file to the target path; does nothing if it is there already.
   *
   * @throws Forbidden if it is not the device that was staged, or the volume may have one target
   *     only and has another
   * @throws Incompatible if something else, or the same with other options, is at the target
   */
  void publish(PublishCommand command, Progress progress) {
    BlockDevice device = requireStaged(command);
    Privileges.requireMounting();
    Path target = HostPath.real(command.targetPath());
    progress.sending();
    if (isPublished(command, device, target)) {
      return;
    }
    targets.requireOnly(command, target, other -> isShown(device, other));
    targets.record(command, target);
    host.markers().endAbout(device);
    try {
      HostPath.ensureFile(target);
      host.mounter().bind(device.node(), target);
      makeReadOnly(command, requireBound(device, target));
      // The device file was chosen by its name; only now is it certain whose it was.
      var _ = host.devices().require(command.volume(), device.identity());
    } catch (RuntimeException e) {
      // Kubelet forgets a target whose publishing failed for certain, so nothing may stay.
      targets.remove(command.volume(), target);
      throw e;
    }
  }

  /** Without a record the closed driver staged it, and the device must be found anew. */
  private BlockDevice requireStaged(PublishCommand command) {
    Optional<StageRecord> record = host.staged().find(command.volume());
    if (record.isPresent() && !record.get().isRaw()) {
      throw new Forbidden("volume " + command.volume() + " is staged as a filesystem");
    }
    return record.isPresent()
        ? host.devices().require(command.volume(), record.get().identity())
        : host.devices().await(command.volume(), command.context());
  }

  private boolean isPublished(PublishCommand command, BlockDevice device, Path target) {
    Optional<Mount> here = MountTable.read().topAt(target);
    if (here.isEmpty()) {
      return false;
    }
    Optional<DeviceNumber> shown = shown(target);
    if (shown.isPresent() && !host.sys().exists(shown.get())) {
      host.unmounter().unmountAll(target);
      return false;
    }
    if (!shown.equals(Optional.of(device.number()))) {
      throw new Incompatible(
          "target path " + target + " shows something else than volume " + command.volume());
    }
    targets.requireSame(command, target, here.get());
    makeReadOnly(command, here.get());
    return true;
  }

  private static Optional<DeviceNumber> shown(Path target) {
    try {
      return DeviceNode.findNumber(target);
    } catch (IOException e) {
      throw new Unavailable("cannot look at " + target + ": " + e.getMessage(), e);
    }
  }

  private static boolean isShown(BlockDevice device, Path target) {
    return MountTable.read().topAt(target).isPresent()
        && shown(target).equals(Optional.of(device.number()));
  }

  private void makeReadOnly(PublishCommand command, Mount mount) {
    if (command.options().isReadOnly() && !mount.options().isReadOnly()) {
      MountOptions options = mount.options().plus(command.options());
      host.mounter().remountBind(mount.path(), options);
    }
  }

  private static Mount requireBound(BlockDevice device, Path target) {
    return MountTable.read()
        .topAt(target)
        .filter(_ -> shown(target).equals(Optional.of(device.number())))
        .orElseThrow(() -> new HostRefused(target + " does not show " + device));
  }
}
