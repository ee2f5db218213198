package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceFinder;
import cn.ucloud.csi.udisk.node.device.DeviceIdentity;
import cn.ucloud.csi.udisk.node.device.DeviceNumber;
import cn.ucloud.csi.udisk.node.device.SysBlock;
import cn.ucloud.csi.udisk.node.filesystem.Filesystems;
import cn.ucloud.csi.udisk.node.filesystem.FormatSpec;
import cn.ucloud.csi.udisk.node.filesystem.Formatter;
import cn.ucloud.csi.udisk.node.filesystem.Stamp.Owner;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import cn.ucloud.csi.udisk.node.linux.Mounter;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.MountedDevices;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.UnstageCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a volume to its staging path, and takes it away again. */
public final class VolumeStager {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeStager.class);

  private final SysBlock sys;
  private final DeviceFinder devices;
  private final Formatter formatter;
  private final Filesystems filesystems;
  private final Mounter mounter;
  private final Unmounter unmounter;
  private final StageRecords records;
  private final BlankRule blankRule;
  private final MountedDevices mounted;

  public VolumeStager(
      SysBlock sys,
      DeviceFinder devices,
      Formatter formatter,
      Filesystems filesystems,
      Mounter mounter,
      Unmounter unmounter,
      StageRecords records,
      BlankRule blankRule) {
    this.sys = sys;
    this.devices = devices;
    this.formatter = formatter;
    this.filesystems = filesystems;
    this.mounted = new MountedDevices(sys);
    this.mounter = mounter;
    this.unmounter = unmounter;
    this.records = records;
    this.blankRule = blankRule;
  }

  /**
   * Mounts the volume at its staging path; does nothing if it is there already.
   *
   * @throws Incompatible if it is there with another filesystem or other options
   * @throws Forbidden if the disk, or what is mounted at the path, is not what it should be
   */
  public void stage(StageCommand command, Progress progress) {
    progress.at("waiting for the device");
    BlockDevice device = devices.await(command.volume(), command.context());
    Path place = HostPath.real(command.stagingPath());
    progress.sending();
    if (isStaged(command, device, place)) {
      return;
    }
    progress.at("looking at the disk, and formatting it if it is blank");
    BlankRule rule = command.createdBlank() ? blankRule : BlankRule.ZEROS;
    Owner owner =
        formatter.ensure(
            new FormatSpec(command.volume(), command.filesystem(), command.context().size(), rule),
            device);
    // In use means mounted already, perhaps where we cannot see it; the kernel knows what to do.
    if (owner == Owner.THIS_VOLUME && !ExclusiveHold.isInUse(device.node())) {
      progress.at("checking the filesystem");
      filesystems.of(command.filesystem()).repair(device);
    }
    progress.at("mounting");
    records.write(command.volume(), StageRecord.of(command, device.identity()));
    mount(command, device, place);
  }

  private boolean isStaged(StageCommand command, BlockDevice device, Path place) {
    List<Mount> here = MountTable.read().at(place);
    if (here.isEmpty()) {
      return false;
    }
    Optional<StageRecord> record = records.find(command.volume());
    boolean sameAttachment = record.map(r -> r.identity().equals(device.identity())).orElse(true);
    if (sameAttachment && here.stream().allMatch(m -> mounted.shows(m, device.number()))) {
      if (record.isEmpty()) {
        adopt(command, device, here.getLast());
      } else {
        requireSame(command, record.get());
      }
      return true;
    }
    if (here.stream().allMatch(m -> isStale(m, record))) {
      LOG.warn("{} still has a mount of a device that is gone: {}", place, here);
      unmounter.unmountAll(place);
      return false;
    }
    throw new Forbidden(
        "staging path "
            + place
            + " shows device "
            + mounted.numberOf(here.getLast())
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
  private void adopt(StageCommand command, BlockDevice device, Mount mount) {
    var _ = formatter.requireUsable(command.volume(), command.filesystem(), device);
    if (!mount.type().equals(command.filesystem().toString())
        || mount.options().isReadOnly() != command.options().isReadOnly()) {
      throw new Incompatible(
          "volume "
              + command.volume()
              + " is staged as "
              + mount.type()
              + " "
              + (mount.options().isReadOnly() ? "read-only" : "writable"));
    }
    records.write(command.volume(), StageRecord.of(command, device.identity()));
  }

  /** A mount that outlived its device: the number is free, or belongs to another disk by now. */
  private boolean isStale(Mount mount, Optional<StageRecord> record) {
    if (mounted.isGone(mount)) {
      return true;
    }
    return record
        .map(StageRecord::identity)
        .filter(recorded -> recorded.number().equals(mounted.numberOf(mount)))
        .filter(recorded -> !isPresent(recorded))
        .isPresent();
  }

  private boolean isPresent(DeviceIdentity recorded) {
    return sys.findByNumber(recorded.number())
        .filter(now -> now.identity().equals(recorded))
        .isPresent();
  }

  private void mount(StageCommand command, BlockDevice device, Path place) {
    try {
      HostPath.ensureDirectory(place);
      MountOptions options =
          filesystems.of(command.filesystem()).mountOptions(device, command.options());
      mounter.mount(device.node(), place, command.filesystem().toString(), options);
      requireMounted(device, place);
    } catch (RuntimeException e) {
      // Kubelet forgets a volume whose staging failed for certain, so nothing may stay mounted.
      unmounter.unmountAll(place);
      records.remove(command.volume());
      throw e;
    }
  }

  private void requireMounted(BlockDevice device, Path place) {
    boolean there =
        MountTable.read().topAt(place).filter(m -> mounted.shows(m, device.number())).isPresent();
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
    Optional<DeviceIdentity> recorded = records.find(command.volume()).map(StageRecord::identity);
    Set<DeviceNumber> devices = here.stream().map(mounted::numberOf).collect(Collectors.toSet());
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
    unmounter.unmountAll(place);
    requireUnused(command, devices);
    records.remove(command.volume());
  }

  private void requireUnused(UnstageCommand command, Set<DeviceNumber> devices) {
    List<Path> elsewhere =
        MountTable.read().mounts().stream()
            .filter(m -> devices.contains(mounted.numberOf(m)) && !mounted.isGone(m))
            .map(Mount::path)
            .toList();
    if (!elsewhere.isEmpty()) {
      throw new OutcomeUnknown("volume " + command.volume() + " is still mounted at " + elsewhere);
    }
  }
}
