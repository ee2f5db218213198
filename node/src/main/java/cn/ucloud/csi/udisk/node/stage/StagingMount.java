package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.StoppedFilesystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mount at the staging path: made, proved to be the right one, and grown. */
final class StagingMount {
  private static final Logger LOG = LoggerFactory.getLogger(StagingMount.class);

  private final Host host;

  StagingMount(Host host) {
    this.host = host;
  }

  /**
   * Mounts the device and grows the filesystem to its size; undoes all of it if it cannot be
   * mounted.
   *
   * @throws HostRefused if the kernel refuses, or mounted something else
   * @throws Unavailable if the filesystem has stopped
   */
  void make(StageWork work) {
    Path place = work.place();
    BlockDevice device = work.device();
    try {
      HostPath.ensureDirectory(place);
      MountOptions options =
          host.filesystems().of(work.type()).mountOptions(device, work.use().options());
      mount(work, options);
      requireMounted(device, place);
      requireAlive(work);
      grow(work);
    } catch (RuntimeException e) {
      // Kubelet forgets a volume whose staging failed for certain, so nothing may stay mounted.
      host.unmounter().unmountAll(place);
      forget(work);
      throw e;
    }
  }

  /** Not as long as an older staging path shows it: without a record nobody would look for that. */
  private void forget(StageWork work) {
    if (mounts(MountTable.read(), work.device()).findAny().isEmpty()) {
      host.staged().remove(work.volume());
      host.queues().undo(work.volume());
    }
  }

  private Stream<Mount> mounts(MountTable table, BlockDevice device) {
    return table
        .onDevices(Set.of(device.number()))
        .filter(mount -> host.mounted().numberOf(mount).equals(device.number()));
  }

  /**
   * Also to mount read-only the kernel writes to a disk, where a log has to be replayed; not to one
   * that has its read-only flag. It is left alone where the disk is in use: then the filesystem is
   * mounted already, and to mount it once more writes nothing.
   */
  private void mount(StageWork work, MountOptions options) {
    BlockDevice device = work.device();
    if (!work.isReadOnly() || ExclusiveHold.isInUse(device.node())) {
      mountAsIs(work, options);
      return;
    }
    host.protection().set(work.volume(), device);
    try {
      mountAsIs(work, options);
    } catch (HostRefused | Unavailable e) { // btrfs says EIO where its log must not be replayed
      throw new HostRefused(
          e.sentence()
              + "; nothing is written to a volume that is to be read-only, so a filesystem whose"
              + " log is not empty must be mounted writable once",
          e);
    } finally {
      host.protection().clear(work.volume(), device);
    }
  }

  /** What the kernel says is one number; who holds the disk, and what was asked for, we know. */
  private void mountAsIs(StageWork work, MountOptions options) {
    BlockDevice device = work.device();
    try {
      host.mounter().mount(device.node(), work.place(), work.type().toString(), options);
    } catch (HostRefused e) {
      List<String> asked = work.use().options().names();
      throw new HostRefused(
          e.sentence()
              + host.holders().findSentence(device).map(held -> "; " + held).orElse("")
              + (asked.isEmpty()
                  ? ""
                  : "; if one of the options " + asked + " is the reason, the kernel log names it"),
          e);
    }
  }

  private void requireMounted(BlockDevice device, Path place) {
    boolean there =
        MountTable.read()
            .topAt(place)
            .filter(m -> host.mounted().shows(m, device.number()))
            .isPresent();
    if (!there || !host.sys().isPresent(device.identity())) {
      throw new HostRefused(device + " changed while it was mounted at " + place);
    }
  }

  /**
   * As long as any mount of a filesystem that has stopped is left, the kernel gives the same one
   * again.
   */
  private void requireAlive(StageWork work) {
    MountTable table = MountTable.read();
    Optional<String> reason =
        table.topAt(work.place()).flatMap(mount -> StoppedFilesystem.findReason(table, mount));
    if (reason.isPresent()) {
      List<Path> mounts =
          mounts(table, work.device())
              .map(Mount::path)
              .filter(path -> !path.equals(work.place()))
              .toList();
      throw new Unavailable(
          "the filesystem of volume "
              + work.volume()
              + " has stopped, "
              + reason.get()
              + ", and stays so until it is unmounted everywhere: "
              + mounts);
    }
  }

  /**
   * A restored or cloned disk, or one that was expanded while it was attached to no node. The
   * volume is of use also while it is too small, so it stays mounted if that fails; the next
   * staging, and the next NodeExpandVolume, whose failure kubelet shows, try again.
   */
  void grow(StageWork work) {
    if (isToGrow(work)) {
      try {
        host.filesystems().of(work.type()).grow(work.device(), work.place());
      } catch (DriverException e) {
        reportNotGrown(work, e);
      }
    }
  }

  void reportNotGrown(StageWork work, DriverException reason) {
    LOG.warn(
        "volume {} is used with the size it had: its {} does not grow to the {} bytes of {}: {}",
        work.volume(),
        work.type(),
        work.device().bytes(),
        work.device(),
        reason.sentence());
  }

  boolean isToGrow(StageWork work) {
    return !work.use().options().isReadOnly()
        && host.filesystems().of(work.type()).bytes(work.device()) < work.device().bytes();
  }
}
