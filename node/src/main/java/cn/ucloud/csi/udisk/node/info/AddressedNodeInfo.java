package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.NodeId;

/**
 * Calls the node by its internal address instead of its instance id, as the closed driver does, so
 * that the closed driver can go on with what is attached meanwhile (decision 6).
 */
public final class AddressedNodeInfo implements NodeInfoSource {
  private final NodeInfoSource instance;
  private final NodeId address;

  public AddressedNodeInfo(NodeInfoSource instance, NodeId address) {
    this.instance = instance;
    this.address = address;
  }

  /**
   * As {@link NodeInfoSource#read}.
   *
   * @throws PreconditionFailed if the instance has other addresses: disks would go to another
   *     machine
   */
  @Override
  public NodeInfo read() {
    NodeInfo info = instance.read();
    if (!info.addresses().isEmpty() && !info.addresses().contains(address.value())) {
      throw new PreconditionFailed(
          "--node-name is %s, but the metadata server says that this is %s with %s"
              .formatted(address, info.id(), info.addresses()));
    }
    return new NodeInfo(address, info.topology(), info.addresses(), info.disks());
  }
}
