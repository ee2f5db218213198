package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.util.Set;

/** Which disks go with which hosts. */
public final class Placement {
  private static final Set<DiskType> LOCAL = Set.of(DiskType.NORMAL, DiskType.SSD, DiskType.ESSD);
  private static final Set<DiskType> GRAPHICS = Set.of(DiskType.NORMAL, DiskType.SSD);

  private Placement() {}

  /** Whether hosts of this machine type take disks of this type at all (UHost API, disk types). */
  public static boolean takes(HostSpec host, DiskType type) {
    if (host.isBareMetal()) {
      return true;
    }
    return switch (host.machineType()) {
      case "N", "C" -> LOCAL.contains(type);
      case "G" -> GRAPHICS.contains(type);
      default -> true;
    };
  }

  /** Whether the network between disk and host is the same one; no matter for most types. */
  public static boolean sameRdmaCluster(HostSpec host, Disk disk) {
    return !disk.order().type().needsRdma()
        || (!host.rdma().isEmpty() && host.rdma().equals(disk.order().rdmaClusterId()));
  }

  /** What the filters HostIdForAttachment and UDiskIdForAttachment ask. */
  public static boolean fits(HostSpec host, Disk disk) {
    return host.zone().equals(disk.order().zone())
        && takes(host, disk.order().type())
        && sameRdmaCluster(host, disk);
  }
}
