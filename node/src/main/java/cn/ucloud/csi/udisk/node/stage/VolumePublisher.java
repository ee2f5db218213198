package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceFinder;
import cn.ucloud.csi.udisk.node.device.SysBlock;
import cn.ucloud.csi.udisk.node.filesystem.Formatter;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import cn.ucloud.csi.udisk.node.linux.Mounter;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.MountedDevices;
import cn.ucloud.csi.udisk.node.request.Access;
import cn.ucloud.csi.udisk.node.request.PublishCommand;
import cn.ucloud.csi.udisk.node.request.UnpublishCommand;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Shows a staged volume at the path of a pod, and takes it away again. */
public final class VolumePublisher {
  private final MountedDevices mounted;
  private final DeviceFinder devices;
  private final Formatter formatter;
  private final Mounter mounter;
  private final Unmounter unmounter;
  private final StageRecords staged;
  private final PublishRecords published;

  public VolumePublisher(
      SysBlock sys,
      DeviceFinder devices,
      Formatter formatter,
      Mounter mounter,
      Unmounter unmounter,
      StageRecords staged,
      PublishRecords published) {
    this.mounted = new MountedDevices(sys);
    this.devices = devices;
    this.formatter = formatter;
    this.mounter = mounter;
    this.unmounter = unmounter;
    this.staged = staged;
    this.published = published;
  }

  /**
   * Binds the staged volume to the target path; does nothing if it is there already, and completes
   * what was cut short.
   *
   * @throws Forbidden if the volume is not staged, or not from the device it should be, or has
   *     another target already and may have only one
   * @throws Incompatible if something else, or the same with other options, is at the target
   */
  public void publish(PublishCommand command, Progress progress) {
    Mount source = requireStaged(command);
    Path target = HostPath.real(command.targetPath());
    MountOptions wanted = source.options().plus(command.options()).perMount();
    progress.sending();
    if (isPublished(command, source, target, wanted)) {
      return;
    }
    requireOnlyTarget(command, source, target);
    published.write(command.volume(), target, command.options().fingerprint());
    bind(command, source, target, wanted);
  }

  /** Fails closed: what cannot be proved to be this volume is not given to a pod. */
  private Mount requireStaged(PublishCommand command) {
    Path place = HostPath.real(command.stagingPath());
    Mount mount =
        MountTable.read()
            .topAt(place)
            .filter(m -> m.root().equals("/"))
            .orElseThrow(
                () -> new Forbidden("volume " + command.volume() + " is not staged at " + place));
    Optional<StageRecord> record = staged.find(command.volume());
    // Without a record the closed driver staged it, and the device must be found anew.
    BlockDevice device =
        record.isPresent()
            ? devices.require(command.volume(), record.get().identity())
            : devices.await(command.volume(), command.context());
    if (!mounted.shows(mount, device.number())) {
      throw new Forbidden(
          "staging path "
              + place
              + " shows device "
              + mounted.numberOf(mount)
              + ", but volume "
              + command.volume()
              + " is "
              + device);
    }
    FilesystemType type =
        FilesystemType.named(mount.type())
            .orElseThrow(() -> new Forbidden("staging path " + place + " shows a " + mount.type()));
    var _ = formatter.requireUsable(command.volume(), type, device);
    return mount;
  }

  private boolean isPublished(
      PublishCommand command, Mount source, Path target, MountOptions wanted) {
    Optional<Mount> here = MountTable.read().topAt(target);
    if (here.isEmpty()) {
      return false;
    }
    Mount mount = here.get();
    if (!shows(mount, source)) {
      if (mounted.isGone(mount)) {
        unmounter.unmountAll(target);
        return false;
      }
      throw new Incompatible(
          "target path "
              + target
              + " shows device "
              + mount.device()
              + ", not volume "
              + command.volume());
    }
    Optional<String> asked = published.findOptions(command.volume(), target);
    boolean sameRequest = asked.filter(command.options().fingerprint()::equals).isPresent();
    boolean asWanted = mount.options().covers(wanted);
    if (asked.isPresent() ? !sameRequest : !asWanted) {
      throw new Incompatible(
          "volume "
              + command.volume()
              + " is published at "
              + target
              + " with other options, "
              + (mount.options().isReadOnly() ? "read-only" : "writable"));
    }
    if (!asWanted) {
      mounter.remountBind(target, wanted);
    }
    return true;
  }

  private static boolean shows(Mount mount, Mount source) {
    return mount.device().equals(source.device()) && mount.root().equals(source.root());
  }

  private void requireOnlyTarget(PublishCommand command, Mount source, Path target) {
    if (command.access() != Access.ONE_WRITER) {
      return;
    }
    List<Path> others =
        published.targets(command.volume()).stream()
            .filter(path -> !path.equals(target))
            .filter(path -> MountTable.read().topAt(path).filter(m -> shows(m, source)).isPresent())
            .toList();
    if (!others.isEmpty()) {
      throw new Forbidden(
          "volume "
              + command.volume()
              + " may be used at one path only and is published at "
              + others);
    }
  }

  private void bind(PublishCommand command, Mount source, Path target, MountOptions wanted) {
    try {
      HostPath.ensureDirectory(target);
      mounter.bind(source.path(), target);
      if (!requireBound(source, target).options().covers(wanted)) {
        mounter.remountBind(target, wanted);
      }
      if (!requireBound(source, target).options().covers(wanted)) {
        throw new HostRefused("the kernel did not give " + target + " the options asked for");
      }
    } catch (RuntimeException e) {
      // Kubelet forgets a target whose publishing failed for certain, so nothing may stay.
      remove(command.volume().value(), target);
      published.remove(command.volume(), target);
      throw e;
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
   * Takes away whatever is mounted at the target path, and the empty directory; does nothing if
   * there is neither.
   *
   * @throws OutcomeUnknown if it stays mounted
   * @throws Forbidden if files are below it: they were written to the node's own disk and are not
   *     ours to delete
   */
  public void unpublish(UnpublishCommand command, Progress progress) {
    progress.sending();
    Path target = HostPath.real(command.targetPath());
    remove(command.volume().value(), target);
    published.remove(command.volume(), target);
  }

  private void remove(String volume, Path target) {
    unmounter.unmountAll(target);
    try {
      Files.deleteIfExists(target);
    } catch (DirectoryNotEmptyException _) {
      throw new Forbidden(
          "volume "
              + volume
              + " is unmounted, but "
              + target
              + " itself holds files and is not removed");
    } catch (IOException e) {
      throw new OutcomeUnknown("cannot remove " + target + ": " + e.getMessage(), e);
    }
  }
}
