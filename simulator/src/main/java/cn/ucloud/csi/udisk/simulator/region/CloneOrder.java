package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.DiskOrder;

/**
 * What is asked of CloneUDisk and CloneUDiskSnapshot.
 *
 * @param sizeGb 0 where none was given
 */
public record CloneOrder(
    String zone, String name, int sizeGb, String chargeType, String tag, String rdmaClusterId) {

  /** The disk that is made: of the source's type, and at least as big. */
  DiskOrder as(DiskOrder source) {
    return new DiskOrder(
        zone,
        name,
        Math.max(sizeGb, source.sizeGb()),
        source.type(),
        chargeType,
        tag,
        rdmaClusterId.isEmpty() ? source.rdmaClusterId() : rdmaClusterId);
  }
}
