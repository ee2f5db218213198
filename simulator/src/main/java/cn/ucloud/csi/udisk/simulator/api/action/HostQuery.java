package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.region.Placement;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Optional;

/**
 * The filters that DescribeUHostInstance and DescribePHost have in common.
 *
 * @param ids all hosts when empty
 * @param diskToTake only hosts that can take this disk
 */
record HostQuery(List<String> ids, String zone, String diskToTake) {

  static HostQuery of(ApiRequest request, String idsName) {
    return new HostQuery(
        request.list(idsName),
        request.find("Zone").orElse(""),
        request.find("UDiskIdForAttachment").orElse(""));
  }

  List<Host> from(Region region) {
    return region.hosts().all().stream()
        .filter(host -> ids.isEmpty() || ids.contains(host.id()))
        .filter(host -> zone.isEmpty() || host.spec().zone().equals(zone))
        .filter(host -> diskToTake.isEmpty() || takes(region, host))
        .toList();
  }

  private boolean takes(Region region, Host host) {
    return region.disks().find(diskToTake).filter(d -> Placement.fits(host.spec(), d)).isPresent();
  }

  /** What a host has: the disks that are plugged, not those still on their way. */
  static List<Disk> disksOf(Region region, Host host) {
    return region.disks().on(host.id()).stream().filter(Disk::isPlugged).toList();
  }

  static String drive(Disk disk) {
    return Optional.ofNullable(disk.attachment()).map(Attachment::deviceName).orElse("");
  }
}
