package cn.ucloud.csi.udisk.controller.listing;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The disks of the region as they were read last.
 *
 * @param disks those that there are, system disks among them
 * @param absent those of the cluster that the cloud was asked for by their ids, and does not know
 */
public record SeenDisks(List<UDisk> disks, Set<VolumeId> absent) {

  public Optional<UDisk> find(VolumeId volume) {
    return disks.stream().filter(disk -> disk.id().equals(volume.value())).findFirst();
  }
}
