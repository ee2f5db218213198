package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.common.model.NodeId;
import java.util.Optional;

/** What the cluster knows of the instances behind its nodes. */
@FunctionalInterface
public interface NodeDirectory {
  /**
   * The instance of the node with this internal address; empty if there is no such node, or not any
   * more, or if its instance is not written on it.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it cannot be found out
   *     now
   */
  Optional<NodeId> findInstance(NodeId address);

  /** Where there is no cluster. */
  static NodeDirectory none() {
    return address -> Optional.empty();
  }
}
