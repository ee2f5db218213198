package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.Optional;

/**
 * Which host a node id means (decision 6). An instance id means itself. An address is matched with
 * the disk's own host first: the Node may be gone just when it is asked for.
 */
final class NodeHosts {
  private final UDisks disks;
  private final NodeDirectory nodes;

  NodeHosts(UDisks disks, NodeDirectory nodes) {
    this.disks = disks;
    this.nodes = nodes;
  }

  /** The host that {@code node} means, for {@code disk}; empty if nobody knows one. */
  Optional<NodeId> find(NodeId node, UDisk disk) {
    if (!node.isAddress()) {
      return Optional.of(node);
    }
    Optional<NodeId> ofDisk =
        disk.hostId()
            .filter(id -> disk.hostIp().filter(node.value()::equals).isPresent())
            .map(NodeId::new);
    return ofDisk.isPresent() ? ofDisk : nodes.findInstance(node);
  }

  /**
   * The same for a disk that is to come off that node: also a host that the cloud says had the
   * address, and one that is gone, on which nobody can use the disk any more.
   */
  Optional<NodeId> findLast(NodeId node, UDisk disk) {
    Optional<NodeId> known = find(node, disk);
    if (known.isPresent() || disk.hostId().isEmpty()) {
      return known;
    }
    NodeId of = new NodeId(disk.hostId().get());
    Optional<Host> host = disks.findHost(of);
    return host.isEmpty() || host.get().addresses().contains(node.value())
        ? Optional.of(of)
        : Optional.empty();
  }
}
