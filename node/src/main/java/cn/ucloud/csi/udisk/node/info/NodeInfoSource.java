package cn.ucloud.csi.udisk.node.info;

/** Who tells a node what it is. */
public interface NodeInfoSource {

  /**
   * Asks now; nothing is remembered between calls, because disks come and go.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if there is no usable
   *     answer
   */
  NodeInfo read();
}
