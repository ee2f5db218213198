package cn.ucloud.csi.udisk.controller.listing;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.model.Volume;
import java.util.Optional;

/**
 * A volume and where it is.
 *
 * @param createTime Unix seconds
 * @param node the node that can use it; empty also while it is still being attached, and when it
 *     must be attached anew
 */
public record VolumeState(Volume volume, long createTime, Optional<NodeId> node) {

  static VolumeState of(UDisk disk, PublishedNodes.View cluster) {
    Optional<NodeId> node =
        switch (disk.status()) {
          case INUSE, DETACHING -> disk.hostId().flatMap(host -> node(disk, host, cluster));
          case AVAILABLE,
              ATTACHING,
              INITIALIZATING,
              INITIALIZING,
              FAILED,
              CLONING,
              RESTORING,
              RESTOREFAILED,
              UNKNOWN ->
              Optional.empty();
        };
    return new VolumeState(Volume.of(disk), disk.createTime(), node);
  }

  private static Optional<NodeId> node(UDisk disk, String host, PublishedNodes.View cluster) {
    return cluster.findNode(
        new PublishedNodes.OnHost(
            new VolumeId(disk.id()),
            new NodeId(host),
            disk.hostIp(),
            disk.deviceName(),
            disk.size()));
  }
}
