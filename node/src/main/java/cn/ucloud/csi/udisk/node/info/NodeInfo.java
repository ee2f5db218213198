package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.Map;

/**
 * What NodeGetInfo answers with, and the attached disks.
 *
 * @param letters of the disks that the source lists; on bare metal it lists none
 */
public record NodeInfo(NodeId id, Topology topology, Map<VolumeId, DeviceName> letters) {
  public NodeInfo {
    letters = Map.copyOf(letters);
  }
}
