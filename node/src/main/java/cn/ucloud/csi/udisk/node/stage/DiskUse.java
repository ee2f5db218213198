package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who on this host uses a disk, its partitions included. */
final class DiskUse {
  private final Host host;

  DiskUse(Host host) {
    this.host = host;
  }

  /** The number of the disk and those of its partitions. */
  Set<DeviceNumber> withPartitions(Set<DeviceNumber> disks) {
    Set<DeviceNumber> all = new HashSet<>(disks);
    disks.forEach(disk -> all.addAll(host.holders().partitions(disk).keySet()));
    return all;
  }

  /** Whether it is of one of these devices, and that device has not gone away. */
  boolean isOf(Mount mount, Set<DeviceNumber> devices) {
    return devices.contains(host.mounted().numberOf(mount)) && !host.mounted().isGone(mount);
  }

  /** Where these disks are mounted, or a partition of one, which is then named. */
  List<String> mounts(Set<DeviceNumber> disks) {
    Set<DeviceNumber> devices = withPartitions(disks);
    return MountTable.read()
        .onDevices(devices)
        .filter(m -> isOf(m, devices))
        .map(m -> at(m, disks))
        .toList();
  }

  private String at(Mount mount, Set<DeviceNumber> disks) {
    DeviceNumber device = host.mounted().numberOf(mount);
    for (DeviceNumber disk : disks) {
      Map<DeviceNumber, String> partitions = host.holders().partitions(disk);
      if (partitions.containsKey(device)) {
        return mount.path() + " (" + partitions.get(device) + ")";
      }
    }
    return mount.path().toString();
  }

  /**
   * Whether anybody may have one of these disks. Where the kernel says no, nobody needs to look for
   * mounts in all the namespaces of the host, whose tables can be long; in doubt it is yes.
   */
  boolean mayHaveHolder(Set<DeviceNumber> disks) {
    return disks.stream()
        .map(number ->
            host.sys().findByNumber(number).flatMap(entry -> host.devices().find(entry.identity())))
        .anyMatch(device -> device.isEmpty() || ExclusiveHold.isInUse(device.get().node()));
  }

  /**
   * Who has the disk, if the kernel lets nobody else have it alone; its word is true also of what
   * no mount table and no sysfs shows.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if it cannot be opened
   */
  Optional<String> findHolder(BlockDevice device) {
    if (!ExclusiveHold.isInUse(device.node())) {
      return Optional.empty();
    }
    List<String> holders = host.holders().find(device.number());
    return Optional.of(
        holders.isEmpty()
            ? "a process whose files were unmounted lazily (umount -l) or that has opened the disk"
                + " for itself alone, or in a mount namespace that cannot be seen from here, or an"
                + " unmount that waits for the disk"
            : holders + ", which LVM, dm-crypt, md or another program has built upon it");
  }
}
