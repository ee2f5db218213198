package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.Optional;

/**
 * A volume and where it is.
 *
 * @param createTime Unix seconds
 * @param node the node that can use it; empty also while it is still being attached
 */
public record VolumeState(Volume volume, long createTime, Optional<NodeId> node) {

  static VolumeState of(UDisk disk) {
    Optional<NodeId> node =
        switch (disk.status()) {
          case INUSE, DETACHING -> disk.hostId().map(NodeId::new);
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
}
