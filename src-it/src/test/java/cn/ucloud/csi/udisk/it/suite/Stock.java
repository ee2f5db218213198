package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.udisk.AttachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import java.util.Optional;

/** Disks and snapshots that are there before a call. */
final class Stock {
  private final VirtualTimeRegion lab;
  private int made;

  Stock(VirtualTimeRegion lab) {
    this.lab = lab;
  }

  String disk() {
    return named("stock-" + ++made);
  }

  String named(String name) {
    return lab.order(
            new CreateUDisk(
                VirtualTimeRegion.ZONE,
                DiskSize.ofGib(10),
                name,
                cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType.SSD,
                DiskTerms.PLAIN,
                Optional.empty(),
                Optional.empty()))
        .value();
  }

  String diskOn(String host) {
    String disk = disk();
    var _ = lab.order(new AttachUDisk(VirtualTimeRegion.ZONE, disk, host, false));
    return disk;
  }

  String snapshot(String disk) {
    return lab.order(new CreateUDiskSnapshot(VirtualTimeRegion.ZONE, disk, "stock-snapshot"))
        .value();
  }

  void soldOut(DiskType type) {
    lab.simulator.console().soldOut(VirtualTimeRegion.ZONE, type, true);
  }
}
