package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.hypervisor.Hypervisor;
import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;

/** Where hosts are put up, switched off and on, and taken away. */
final class HostRoom {
  private final Disks disks;
  private final Hosts hosts;
  private final Guests guests;
  private final Hypervisor hypervisor;
  private final Provisioning provisioning;
  private final Transitions transitions;

  HostRoom(
      Inventory inventory,
      Hypervisor hypervisor,
      Provisioning provisioning,
      Transitions transitions) {
    this.disks = inventory.disks();
    this.hosts = inventory.hosts();
    this.guests = inventory.guests();
    this.hypervisor = hypervisor;
    this.provisioning = provisioning;
    this.transitions = transitions;
  }

  /** Does nothing for a host that is or was there. */
  void putUp(HostSpec spec) {
    if (hosts.knew(spec.id())) {
      return;
    }
    Disk boot =
        provisioning
            .bootDiskOf(spec)
            .with(DiskStatus.IN_USE, new Attachment(spec.id(), Letters.BOOT, Letters.BOOT));
    // The host last: a crash before it lets the next start do all of this again.
    disks.save(boot);
    hosts.save(Host.ordered(spec));
    guests.visible(boot).ifPresent(hypervisor::plug);
  }

  void powerOff(Host host) {
    for (Disk disk : disks.on(host.id())) {
      guests.visible(disk).ifPresent(hypervisor::unplug);
    }
    hosts.save(host.withRunning(false));
  }

  void powerOn(Host host) {
    hosts.save(host.withRunning(true));
    for (Disk disk : disks.on(host.id())) {
      guests.visible(disk).ifPresent(hypervisor::plug);
    }
  }

  /** The boot disk goes with the host, data disks stay: ReleaseUDisk is false by default. */
  void remove(Host host) {
    for (Disk disk : disks.on(host.id())) {
      if (disk.boot()) {
        guests.visible(disk).ifPresent(hypervisor::unplug);
        disks.remove(disk.id());
      } else {
        transitions.detach(disk);
      }
    }
    hosts.save(host.asRemoved());
  }
}
