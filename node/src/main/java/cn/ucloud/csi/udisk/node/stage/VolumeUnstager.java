package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.info.KubeletVolumes;
import cn.ucloud.csi.udisk.node.linux.DeadFilesystem;
import cn.ucloud.csi.udisk.node.linux.ReadOnlyFlag;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.UnstageCommand;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a volume away from its staging path, whatever is there. */
final class VolumeUnstager {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeUnstager.class);

  private final Host host;
  private final RawStager raw;
  private final DiskUse use;

  VolumeUnstager(Host host) {
    this.host = host;
    this.raw = new RawStager(host);
    this.use = new DiskUse(host);
  }

  /**
   * Unmounts whatever is at the staging path, and at an older kubelet's; does nothing if nothing
   * is. Never refuses because it finds another device than expected.
   *
   * @throws OutcomeUnknown if it stays mounted there, or the volume or a partition of it stays
   *     mounted elsewhere, also in another mount namespace, or the kernel says that the disk is in
   *     use: to detach it then would lose what was written last
   */
  void unstage(UnstageCommand command, Progress progress) {
    MountTable table = MountTable.read();
    Set<Path> places = places(command, table);
    List<Mount> here = places.stream().flatMap(place -> table.at(place).stream()).toList();
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
            places,
            here);
      }
      devices = host.sys().isOver(recorded.get()) ? Set.of() : Set.of(recorded.get().number());
    }
    // What is detached is the disk, also where the volume is a partition of it.
    devices = devices.stream().map(host.sys()::wholeOf).collect(Collectors.toSet());
    progress.at("inspecting the filesystem at " + places);
    boolean lost = places.stream().anyMatch(place -> DeadFilesystem.findReason(place).isPresent());
    for (Path place : places) {
      progress.at("unmounting " + place + ", which writes what is not on the disk yet");
      host.unmounter().unmountAll(place);
    }
    progress.at("making sure that nothing else uses the disk");
    requireUnused(command, devices);
    record.filter(StageRecord::isRaw).ifPresent(_ -> raw.requireUnpublished(command.volume()));
    if (!lost && use.mayHaveHolder(devices)) {
      requireUnusedByOthers(command, devices);
      record.ifPresent(r -> requireReleased(command, r));
    }
    record.ifPresent(r -> removeProtection(command.volume(), r));
    host.queues().undo(command.volume());
    host.claims().remove(command.volume());
    host.staged().remove(command.volume());
  }

  /**
   * The staging path, and any at which an older kubelet had the volume staged: nobody else would
   * ever take that away.
   */
  private Set<Path> places(UnstageCommand command, MountTable table) {
    Set<Path> places = new LinkedHashSet<>();
    places.add(HostPath.real(command.stagingPath()));
    table
        .named(KubeletVolumes.STAGING)
        .map(Mount::path)
        .filter(path -> host.kubelet().isStagingPath(path, command.volume()))
        .filter(places::add)
        .forEach(path -> LOG.info("volume {} was staged at {} too", command.volume(), path));
    return places;
  }

  /** An older driver set the flag for readers without writing it down. */
  private void removeProtection(VolumeId volume, StageRecord record) {
    if (record.isReadOnlyRaw() || host.protection().isRecorded(volume)) {
      host.devices()
          .find(record.identity())
          .filter(device -> record.isReadOnlyRaw() || host.protection().isOn(volume, device))
          .ifPresent(device -> ReadOnlyFlag.set(device.node(), false));
      host.protection().forget(volume);
    }
  }

  private void requireUnused(UnstageCommand command, Set<DeviceNumber> devices) {
    List<String> elsewhere = use.mounts(devices);
    if (!elsewhere.isEmpty()) {
      throw new OutcomeUnknown("volume " + command.volume() + " is still mounted at " + elsewhere);
    }
  }

  private void requireUnusedByOthers(UnstageCommand command, Set<DeviceNumber> disks) {
    Set<DeviceNumber> devices = use.withPartitions(disks);
    List<String> holders = host.others().holders(devices, m -> use.isOf(m, devices));
    if (!holders.isEmpty()) {
      throw new OutcomeUnknown(
          "volume "
              + command.volume()
              + " is unmounted here, but its filesystem lives on: it is still mounted for "
              + holders);
    }
  }

  private void requireReleased(UnstageCommand command, StageRecord record) {
    if (host.sys().isOver(record.identity())) {
      return;
    }
    Optional<BlockDevice> device =
        host.sys()
            .findByNumber(host.sys().wholeOf(record.identity().number()))
            .flatMap(entry -> host.devices().find(entry.identity()));
    Optional<String> holder = device.flatMap(use::findHolder);
    if (holder.isPresent()) {
      throw new OutcomeUnknown(
          "volume "
              + command.volume()
              + (record.isRaw()
                  ? " is published nowhere any more, but "
                  : " is unmounted here, but its filesystem lives on: ")
              + device.orElseThrow()
              + " is still in use, by "
              + holder.get());
    }
  }
}
