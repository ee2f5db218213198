package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.Optional;

/**
 * A volume that exists: one disk.
 *
 * @param type empty for a kind that this driver never makes
 */
public record Volume(VolumeId id, DiskSize size, String zone, Optional<DiskType> type) {

  public static Volume of(UDisk disk) {
    return new Volume(new VolumeId(disk.id()), disk.size(), disk.zone(), disk.type());
  }
}
