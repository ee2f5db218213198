package cn.ucloud.csi.udisk.node.publish;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.format.AllowedUuids;
import cn.ucloud.csi.udisk.node.linux.DeadFilesystem;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.StoppedFilesystem;
import cn.ucloud.csi.udisk.node.request.PublishCommand;
import cn.ucloud.csi.udisk.node.request.UnpublishCommand;
import cn.ucloud.csi.udisk.node.stage.Host;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import java.nio.file.Path;
import java.util.Optional;

/** Shows a staged volume at the path of a pod, and takes it away again. */
public final class VolumePublisher {
  private final Host host;
  private final TargetPaths targets;
  private final RawPublisher raw;

  public VolumePublisher(Host host) {
    this.host = host;
    this.targets = new TargetPaths(host);
    this.raw = new RawPublisher(host, targets);
  }

  /**
   * Shows the staged volume at the target path; does nothing if it is there already, and completes
   * what was cut short.
   *
   * @throws PreconditionFailed if the volume is not staged, or not from the device it should be, or
   *     has another target already and may have only one
   * @throws Incompatible if something else, or the same with other options, is at the target
   */
  public void publish(PublishCommand command, Progress progress) {
    if (command.raw()) {
      raw.publish(command, progress);
    } else {
      bindFilesystem(command, progress);
    }
  }

  private void bindFilesystem(PublishCommand command, Progress progress) {
    progress.at("inspecting the staged filesystem");
    MountTable table = MountTable.read();
    Mount source = requireStaged(command, table);
    Path target = HostPath.real(command.targetPath());
    MountOptions wanted = source.options().plus(command.options()).perMount();
    progress.sending();
    progress.at("mounting the staged filesystem at " + target);
    if (isPublished(command, source, table.topAt(target), wanted)) {
      return;
    }
    targets.requireOnly(command, target, other -> isShown(source, other));
    targets.record(command, target);
    bind(command, source, target, wanted);
  }

  /** Fails closed: what cannot be proved to be this volume is not given to a pod. */
  private Mount requireStaged(PublishCommand command, MountTable table) {
    Path place = HostPath.real(command.stagingPath());
    Mount mount =
        table
            .topAt(place)
            .filter(Mount::isWhole)
            .orElseThrow(() ->
                new PreconditionFailed(
                    "volume " + command.volume() + " is not staged at " + place));
    Privileges.requireMounting();
    Optional<StageRecord> record = host.staged().find(command.volume());
    // Without a record the closed driver staged it, and the device must be found anew.
    BlockDevice device =
        record.isPresent()
            ? host.devices().require(command.volume(), record.get().identity())
            : host.devices().await(command.volume(), command.context());
    if (!host.mounted().shows(mount, device.number())) {
      throw new PreconditionFailed(
          "staging path "
              + place
              + " shows device "
              + host.mounted().numberOf(mount)
              + ", but volume "
              + command.volume()
              + " is "
              + device);
    }
    FilesystemType type =
        FilesystemType.named(mount.type())
            .orElseThrow(
                () -> new PreconditionFailed("staging path " + place + " shows a " + mount.type()));
    AllowedUuids lineage = new AllowedUuids(command.volume(), record.flatMap(StageRecord::copyOf));
    var _ = host.formatter().requireUsableMounted(lineage, type, device);
    if (record.isEmpty()) {
      // Another driver has mounted it, so whatever this one had begun on it is over.
      host.markers().endAbout(device);
    }
    Optional<String> stopped = StoppedFilesystem.findReasonByWriting(table, mount);
    if (stopped.isPresent()) {
      throw new PreconditionFailed(
          "the filesystem of volume "
              + command.volume()
              + " at "
              + place
              + " has stopped and must be staged again: "
              + stopped.get());
    }
    return mount;
  }

  private boolean isPublished(
      PublishCommand command, Mount source, Optional<Mount> here, MountOptions wanted) {
    if (here.isEmpty()) {
      return false;
    }
    Mount mount = here.get();
    Path target = mount.path();
    if (host.mounted().isGone(mount) || DeadFilesystem.findReason(target).isPresent()) {
      // What is staged is alive: that was proved before, so this is an older mount.
      host.unmounter().unmountAll(target);
      return false;
    }
    if (!shows(mount, source)) {
      throw new Incompatible(
          "target path "
              + target
              + " shows device "
              + mount.device()
              + ", not volume "
              + command.volume());
    }
    targets.requireSame(command, target, mount);
    if (!mount.options().covers(wanted)) {
      host.mounter().remountBind(target, wanted);
    }
    return true;
  }

  private static boolean shows(Mount mount, Mount source) {
    return mount.device().equals(source.device()) && mount.root().equals(source.root());
  }

  private static boolean isShown(Mount source, Path target) {
    return MountTable.read().topAt(target).filter(m -> shows(m, source)).isPresent();
  }

  private void bind(PublishCommand command, Mount source, Path target, MountOptions wanted) {
    try {
      HostPath.ensureDirectory(target);
      host.mounter().bind(source.path(), target);
      if (!requireBound(source, target).options().covers(wanted)) {
        host.mounter().remountBind(target, wanted);
        requireOptions(requireBound(source, target), wanted);
      }
    } catch (RuntimeException e) {
      // Kubelet forgets a target whose publishing failed for certain, so nothing may stay.
      targets.remove(command.volume(), target);
      throw e;
    }
  }

  private static void requireOptions(Mount bound, MountOptions wanted) {
    if (!bound.options().covers(wanted)) {
      throw new HostRefused("the kernel did not give " + bound.path() + " the options asked for");
    }
  }

  private static Mount requireBound(Mount source, Path target) {
    return MountTable.read()
        .topAt(target)
        .filter(m -> shows(m, source))
        .orElseThrow(
            () -> new HostRefused("the mount at " + target + " is not that of " + source.path()));
  }

  /**
   * Takes away whatever is mounted at the target path, and the path itself; does nothing if there
   * is neither.
   *
   * @throws OutcomeUnknown if it stays mounted
   * @throws PreconditionFailed if files are below the mount, on the node's own disk
   */
  public void unpublish(UnpublishCommand command, Progress progress) {
    progress.sending();
    Path target = HostPath.real(command.targetPath());
    progress.at("unmounting " + target);
    targets.remove(command.volume(), target);
  }
}
