package cn.ucloud.csi.udisk.simulator.admin;

import cn.ucloud.csi.udisk.simulator.model.Account;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;

/**
 * All that the simulator knows, at one moment.
 *
 * @param attachments every disk that has a host, boot disks too
 * @param busyLoops devices taken from a host that still has them open
 */
public record StateView(
    List<Disk> disks,
    List<Host> hosts,
    List<AttachedDisk> attachments,
    Account account,
    List<String> busyLoops,
    List<Snapshot> snapshots) {

  /** One disk and its host. */
  public record AttachedDisk(
      String diskId, String hostId, String deviceName, String kernelName, String status) {}

  public static StateView of(Region region) {
    return region.exclusively(() ->
        new StateView(
            region.disks().all(),
            region.hosts().all(),
            region.disks().all().stream().flatMap(d -> attached(d).stream()).toList(),
            region.account(),
            region.busyLoops(),
            region.snapshots().all()));
  }

  private static List<AttachedDisk> attached(Disk disk) {
    var attachment = disk.attachment();
    return attachment == null
        ? List.of()
        : List.of(
            new AttachedDisk(
                disk.id(),
                attachment.hostId(),
                attachment.deviceName(),
                attachment.kernelName(),
                disk.status().apiName()));
  }
}
