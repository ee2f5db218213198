package cn.ucloud.csi.udisk.node.publish;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceNode;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.PublishCommand;
import cn.ucloud.csi.udisk.node.stage.Host;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Shows a volume that is used as a disk to a pod: its device file, bound onto an empty file. */
final class RawPublisher {
  private final Host host;
  private final TargetPaths targets;

  RawPublisher(Host host, TargetPaths targets) {
    this.host = host;
    this.targets = targets;
  }

  /**
   * Binds the device file to the target path; does nothing if it is there already.
   *
   * @throws PreconditionFailed if it is not the device that was staged, or the volume may have one
   *     target only and has another, or has one that is writable and this is not to be, or vice
   *     versa
   * @throws Unavailable if it is to be read-only and something else on this host has the disk
   * @throws Incompatible if something else, or the same with other options, is at the target
   */
  void publish(PublishCommand command, Progress progress) {
    progress.at("waiting for the device");
    BlockDevice device = requireStaged(command);
    Privileges.requireMounting();
    Path target = HostPath.real(command.targetPath());
    progress.sending();
    progress.at("showing " + device + " at " + target);
    if (isPublished(command, device, target)) {
      return;
    }
    targets.requireOnly(command, target, other -> isShown(device, other));
    targets.record(command, target);
    host.markers().endAbout(device);
    try {
      protect(command, device, target);
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
      throw new PreconditionFailed("volume " + command.volume() + " is staged as a filesystem");
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
      throw new Unavailable("cannot inspect " + target + ": " + e.getMessage(), e);
    }
  }

  private static boolean isShown(BlockDevice device, Path target) {
    return MountTable.read().topAt(target).isPresent()
        && shown(target).equals(Optional.of(device.number()));
  }

  /**
   * A read-only bind of a device file forbids changing the file, not the disk; that the kernel does
   * for all users of the disk at once. So all of them must want it.
   */
  private void protect(PublishCommand command, BlockDevice device, Path target) {
    VolumeId volume = command.volume();
    boolean readOnly = command.options().isReadOnly();
    List<Path> others =
        host.published().targets(volume).stream()
            .filter(path -> !path.equals(target))
            .filter(path -> host.published().isReadOnly(volume, path) != readOnly)
            .filter(path -> isShown(device, path))
            .toList();
    if (!others.isEmpty()) {
      throw new PreconditionFailed(
          "volume "
              + volume
              + " is published "
              + (readOnly ? "writable" : "read-only")
              + " at "
              + others
              + "; a disk cannot be read-only at one path and writable at another");
    }
    if (!readOnly) {
      host.protection().clear(volume, device);
    } else {
      requireNoWriter(volume, device);
      host.protection().set(volume, device);
    }
  }

  /** What has the disk open for itself alone may be writing to it, unless it could not yet. */
  private void requireNoWriter(VolumeId volume, BlockDevice device) {
    boolean stagedReadOnly =
        host.staged().find(volume).filter(StageRecord::isReadOnlyRaw).isPresent();
    if (!stagedReadOnly && !host.protection().isOn(volume, device)) {
      host.holders().hold(device).close();
    }
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
