package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import java.util.Map;
import java.util.Optional;

/**
 * A node that the scheduler selected for a pod.
 *
 * @param instance empty if it is not written on the node
 * @param segments where it is, under the keys of {@link Topology}, as far as that is known
 */
public record SelectedNode(Optional<NodeId> instance, Map<String, String> segments) {

  boolean takesRssd() {
    return Topology.RSSD.equals(segments.get(Topology.RSSD_KEY));
  }
}
