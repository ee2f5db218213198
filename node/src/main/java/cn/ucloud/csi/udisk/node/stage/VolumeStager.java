package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceIdentity;
import cn.ucloud.csi.udisk.node.device.DeviceNumber;
import cn.ucloud.csi.udisk.node.filesystem.FormatSpec;
import cn.ucloud.csi.udisk.node.filesystem.Stamp.Owner;
import cn.ucloud.csi.udisk.node.linux.DeadFilesystem;
import cn.ucloud.csi.udisk.node.linux.Errno;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.UnstageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse.Filesystem;
import cn.ucloud.csi.udisk.node.request.VolumeUse.Raw;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a volume to its staging path, and takes it away again. */
public final class VolumeStager {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeStager.class);

  private final Host host;
  private final RawStager raw;
  private final BlankRule blankRule;

  public VolumeStager(Host host, BlankRule blankRule) {
    this.host = host;
    this.raw = new RawStager(host);
    this.blankRule = blankRule;
  }

  /**
   * Mounts the volume at its staging path, or only records which device it is if it is used as a
   * disk; does nothing if that is done already.
   *
   * @throws Incompatible if it is there with another filesystem or other options
   * @throws Forbidden if the disk, or what is mounted at the path, is not what it should be
   */
  public void stage(StageCommand command, Progress progress) {
    progress.at("waiting for the device");
    BlockDevice device = host.devices().await(command.volume(), command.context());
    Path place = HostPath.real(command.stagingPath());
    progress.sending();
    switch (command.use()) {
      case Raw use -> raw.stage(command, use, device);
      case Filesystem use -> stage(new Work(command, use, device, place), progress);
    }
  }

  /** The staging of one filesystem. */
  private record Work(StageCommand command, Filesystem use, BlockDevice device, Path place) {}

  private void stage(Work work, Progress progress) {
    StageCommand command = work.command();
    BlockDevice device = work.device();
    if (isStaged(work)) {
      grow(work);
      return;
    }
    progress.at("looking at the disk, and formatting it if it is blank");
    BlankRule rule = command.createdBlank() ? blankRule : BlankRule.ZEROS;
    Owner owner =
        host.formatter()
            .ensure(
                new FormatSpec(
                    command.volume(),
                    work.use().type(),
                    command.mkfs(),
                    command.context().size(),
                    rule),
                device);
    // In use means mounted already, perhaps where we cannot see it; the kernel knows what to do.
    if (owner == Owner.THIS_VOLUME && !ExclusiveHold.isInUse(device.node())) {
      progress.at("checking the filesystem");
      host.filesystems().of(work.use().type()).repair(device);
    }
    if (isToGrow(work) && !ExclusiveHold.isInUse(device.node())) {
      progress.at("growing the filesystem before it is mounted");
      host.filesystems().of(work.use().type()).growUnmounted(device);
    }
    progress.at("mounting");
    host.staged().write(command.volume(), StageRecord.of(command, device.identity()));
    mount(work);
  }

  private boolean isStaged(Work work) {
    StageCommand command = work.command();
    BlockDevice device = work.device();
    Path place = work.place();
    Optional<StageRecord> record = host.staged().find(command.volume());
    record
        .filter(r -> r.isRaw() && r.identity().equals(device.identity()))
        .ifPresent(r -> requireSame(command, r));
    List<Mount> here = MountTable.read().at(place);
    if (here.isEmpty()) {
      return false;
    }
    boolean sameAttachment = record.map(r -> r.identity().equals(device.identity())).orElse(true);
    if (sameAttachment && here.stream().allMatch(m -> host.mounted().shows(m, device.number()))) {
      if (record.isEmpty()) {
        adopt(work, here.getLast());
      } else {
        requireSame(command, record.get());
      }
      if (DeadFilesystem.findReason(place).isEmpty()) {
        return true;
      }
      LOG.warn("{} shows a dead filesystem; mounting it anew: {}", place, here);
      host.unmounter().unmountAll(place);
      return false;
    }
    if (here.stream().allMatch(m -> isStale(m, record))
        || DeadFilesystem.findReason(place).isPresent()) {
      LOG.warn("{} still has a mount of a device that is gone: {}", place, here);
      host.unmounter().unmountAll(place);
      return false;
    }
    throw new Forbidden(
        "staging path "
            + place
            + " shows device "
            + host.mounted().numberOf(here.getLast())
            + ", but volume "
            + command.volume()
            + " is "
            + device);
  }

  private static void requireSame(StageCommand command, StageRecord record) {
    if (!record.equals(StageRecord.of(command, record.identity()))) {
      throw new Incompatible(
          "volume "
              + command.volume()
              + " is staged already, with another filesystem or other mount flags than asked for");
    }
  }

  /**
   * Staged without a record: by the closed driver, whom we replaced while the volume was in use.
   */
  private void adopt(Work work, Mount mount) {
    StageCommand command = work.command();
    var _ = host.formatter().requireUsable(command.volume(), work.use().type(), work.device());
    if (!mount.type().equals(work.use().type().toString())
        || mount.options().isReadOnly() != work.use().options().isReadOnly()) {
      throw new Incompatible(
          "volume "
              + command.volume()
              + " is staged as "
              + mount.type()
              + " "
              + (mount.options().isReadOnly() ? "read-only" : "writable"));
    }
    host.staged().write(command.volume(), StageRecord.of(command, work.device().identity()));
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

  private boolean isPresent(DeviceIdentity recorded) {
    return host.sys()
        .findByNumber(recorded.number())
        .filter(now -> now.identity().equals(recorded))
        .isPresent();
  }

  private void mount(Work work) {
    Path place = work.place();
    BlockDevice device = work.device();
    Filesystem use = work.use();
    try {
      HostPath.ensureDirectory(place);
      MountOptions options = host.filesystems().of(use.type()).mountOptions(device, use.options());
      host.mounter().mount(device.node(), place, use.type().toString(), options);
      requireMounted(device, place);
      requireAlive(work);
      grow(work);
    } catch (RuntimeException e) {
      // Kubelet forgets a volume whose staging failed for certain, so nothing may stay
      // host.mounted().
      host.unmounter().unmountAll(place);
      host.staged().remove(work.command().volume());
      throw e;
    }
  }

  /** As long as any mount of a dead filesystem is left, the kernel gives the same one again. */
  private void requireAlive(Work work) {
    Optional<Errno> reason = DeadFilesystem.findReason(work.place());
    if (reason.isPresent()) {
      List<Path> mounts =
          MountTable.read().mounts().stream()
              .filter(m -> host.mounted().numberOf(m).equals(work.device().number()))
              .map(Mount::path)
              .filter(path -> !path.equals(work.place()))
              .toList();
      throw new Unavailable(
          "the filesystem of volume "
              + work.command().volume()
              + " is dead, "
              + reason.get()
              + ", and stays so until it is unmounted everywhere: "
              + mounts);
    }
  }

  /** A restored or cloned disk, or one that was expanded while it was attached to no node. */
  private void grow(Work work) {
    if (isToGrow(work)) {
      host.filesystems().of(work.use().type()).grow(work.device(), work.place());
    }
  }

  private boolean isToGrow(Work work) {
    return !work.use().options().isReadOnly()
        && host.filesystems().of(work.use().type()).bytes(work.device()) < work.device().bytes();
  }

  private void requireMounted(BlockDevice device, Path place) {
    boolean there =
        MountTable.read()
            .topAt(place)
            .filter(m -> host.mounted().shows(m, device.number()))
            .isPresent();
    if (!there || !isPresent(device.identity())) {
      throw new HostRefused(device + " changed while it was mounted at " + place);
    }
  }

  /**
   * Unmounts whatever is at the staging path; does nothing if nothing is. Never refuses because it
   * finds another device than expected.
   *
   * @throws OutcomeUnknown if it stays mounted there, or the volume stays mounted elsewhere: to
   *     detach the disk then would lose what was written last
   */
  public void unstage(UnstageCommand command, Progress progress) {
    progress.sending();
    Path place = HostPath.real(command.stagingPath());
    List<Mount> here = MountTable.read().at(place);
    Optional<StageRecord> record = host.staged().find(command.volume());
    Optional<DeviceIdentity> recorded = record.map(StageRecord::identity);
    Set<DeviceNumber> devices =
        here.stream().map(host.mounted()::numberOf).collect(Collectors.toSet());
    if (recorded.isPresent()) {
      if (!here.isEmpty() && !devices.equals(Set.of(recorded.get().number()))) {
        LOG.warn(
            "volume {} was staged from {}, but {} shows {}; unmounting it",
            command.volume(),
            recorded.get(),
            place,
            here);
      }
      devices = isPresent(recorded.get()) ? Set.of(recorded.get().number()) : Set.of();
    }
    host.unmounter().unmountAll(place);
    requireUnused(command, devices);
    record.filter(StageRecord::isRaw).ifPresent(r -> raw.unstage(command.volume(), r));
    host.staged().remove(command.volume());
  }

  private void requireUnused(UnstageCommand command, Set<DeviceNumber> devices) {
    List<Path> elsewhere =
        MountTable.read().mounts().stream()
            .filter(m -> devices.contains(host.mounted().numberOf(m)) && !host.mounted().isGone(m))
            .map(Mount::path)
            .toList();
    if (!elsewhere.isEmpty()) {
      throw new OutcomeUnknown("volume " + command.volume() + " is still mounted at " + elsewhere);
    }
  }
}
