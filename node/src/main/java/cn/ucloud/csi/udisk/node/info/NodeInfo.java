package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.node.device.AttachedDisks;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the node is, and what is attached to it.
 *
 * @param addresses its internal IP addresses; none if the source does not say
 * @param disks those with an id that the source lists; on bare metal it lists none
 */
public record NodeInfo(NodeId id, Topology topology, List<String> addresses, List<NodeDisk> disks) {
  public NodeInfo {
    addresses = List.copyOf(addresses);
    disks = List.copyOf(disks);
  }

  /** The disks by id; the first counts if one is listed twice. */
  public AttachedDisks attached() {
    return new AttachedDisks(
        disks.stream()
            .collect(Collectors.toMap(NodeDisk::id, NodeDisk::letter, (first, _) -> first)));
  }
}
