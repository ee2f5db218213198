package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;

/** A volume that exists: one disk. */
public record Volume(VolumeId id, DiskSize size, String zone) {

  static Volume of(UDisk disk) {
    return new Volume(new VolumeId(disk.id()), disk.size(), disk.zone());
  }
}
