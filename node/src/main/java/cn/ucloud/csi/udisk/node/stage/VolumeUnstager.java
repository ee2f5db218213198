package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceIdentity;
import cn.ucloud.csi.udisk.node.device.DeviceNumber;
import cn.ucloud.csi.udisk.node.linux.DeadFilesystem;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.UnstageCommand;
import java.nio.file.Path;
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

  VolumeUnstager(Host host) {
    this.host = host;
    this.raw = new RawStager(host);
  }

  /**
   * Unmounts whatever is at the staging path; does nothing if nothing is. Never refuses because it
   * finds another device than expected.
   *
   * @throws OutcomeUnknown if it stays mounted there, or the volume stays mounted elsewhere, also
   *     in another mount namespace: to detach the disk then would lose what was written last
   */
  void unstage(UnstageCommand command) {
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
      devices = host.sys().isOver(recorded.get()) ? Set.of() : Set.of(recorded.get().number());
    }
    boolean lost = DeadFilesystem.findReason(place).isPresent();
    host.unmounter().unmountAll(place);
    requireUnused(command, devices);
    if (!lost) {
      requireUnusedByOthers(command, devices);
      record.filter(r -> !r.isRaw()).ifPresent(r -> requireReleased(command, r.identity()));
    }
    record.filter(StageRecord::isRaw).ifPresent(r -> raw.unstage(command.volume(), r));
    host.staged().remove(command.volume());
  }

  private void requireUnused(UnstageCommand command, Set<DeviceNumber> devices) {
    List<Path> elsewhere =
        MountTable.read()
            .mounts()
            .filter(m -> devices.contains(host.mounted().numberOf(m)) && !host.mounted().isGone(m))
            .map(Mount::path)
            .toList();
    if (!elsewhere.isEmpty()) {
      throw new OutcomeUnknown("volume " + command.volume() + " is still mounted at " + elsewhere);
    }
  }

  private void requireUnusedByOthers(UnstageCommand command, Set<DeviceNumber> devices) {
    List<String> holders =
        host.others()
            .holders(
                m -> devices.contains(host.mounted().numberOf(m)) && !host.mounted().isGone(m));
    if (!holders.isEmpty()) {
      throw new OutcomeUnknown(
          "volume "
              + command.volume()
              + " is unmounted here, but its filesystem lives on: it is still mounted for "
              + holders);
    }
  }

  /** The kernel's own word, also on what no mount table shows. */
  private void requireReleased(UnstageCommand command, DeviceIdentity recorded) {
    if (host.sys().isOver(recorded)) {
      return;
    }
    Optional<BlockDevice> device =
        host.sys()
            .findByNumber(recorded.number())
            .flatMap(entry -> host.devices().find(entry.identity()));
    if (device.isPresent() && ExclusiveHold.isInUse(device.get().node())) {
      throw new OutcomeUnknown(
          "volume "
              + command.volume()
              + " is unmounted here, but its filesystem lives on: "
              + device.get()
              + " is still in use, by a process whose files were unmounted lazily (umount -l), or"
              + " in a mount namespace that cannot be seen from here");
    }
  }
}
