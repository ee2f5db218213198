package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.hypervisor.GuestDisk;
import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Host;
import java.util.Locale;
import java.util.Optional;

/** Turns an attached disk into what its host sees of it. */
final class Guests {
  private final Hosts hosts;

  Guests(Hosts hosts) {
    this.hosts = hosts;
  }

  /** Empty for a disk that no running host has a device of. */
  Optional<GuestDisk> visible(Disk disk) {
    Attachment attachment = disk.attachment();
    if (attachment == null || !disk.isPlugged()) {
      return Optional.empty();
    }
    return hosts
        .find(attachment.hostId())
        .filter(Host::running)
        .map(host -> guestDisk(disk, attachment, host));
  }

  private static GuestDisk guestDisk(Disk disk, Attachment attachment, Host host) {
    // The serial follows the letter of the API, not the kernel's; bare metal has none.
    String serial =
        host.spec().isBareMetal()
            ? ""
            : "UCLOUD_DISK_" + attachment.deviceName().toUpperCase(Locale.ROOT);
    return new GuestDisk(
        disk.id(), host.id(), attachment.kernelName(), serial, disk.order().sizeGb(), disk.boot());
  }
}
