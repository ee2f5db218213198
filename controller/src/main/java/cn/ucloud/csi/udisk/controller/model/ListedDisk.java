package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import java.util.Optional;

/**
 * A disk of the region, whoever made it.
 *
 * @param createTime Unix seconds; 0 if it is not known
 * @param host the host that has it for good; empty while it is getting or losing it
 * @param hostAddress of that host
 */
public record ListedDisk(
    VolumeId id,
    String name,
    DiskSize size,
    long createTime,
    Optional<NodeId> host,
    Optional<String> hostAddress) {

  public static ListedDisk of(UDisk disk) {
    boolean isThere = disk.status() == UDiskStatus.INUSE;
    return new ListedDisk(
        new VolumeId(disk.id()),
        disk.name(),
        disk.size(),
        disk.createTime(),
        disk.hostId().filter(_ -> isThere).map(NodeId::new),
        disk.hostIp().filter(_ -> isThere));
  }
}
