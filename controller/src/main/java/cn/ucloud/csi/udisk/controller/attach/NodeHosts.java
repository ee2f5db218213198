package cn.ucloud.csi.udisk.controller.attach;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import java.util.Optional;

/**
 * Which host a node id means (decision 6). An instance id means itself. An address means the
 * instance of the Node that has it now, or the disk's own host: other machines may have had it, or
 * have it in another VPC. Where a disk is to come on, the Node says which; where one is to come
 * off, its host does, for the Node may be gone by then, or a later machine have its address.
 */
public final class NodeHosts {
  private final DiskApi disks;
  private final NodeDirectory nodes;
  private final GoneHosts goneHosts;

  public NodeHosts(DiskApi disks, NodeDirectory nodes, GoneHosts goneHosts) {
    this.disks = disks;
    this.nodes = nodes;
    this.goneHosts = goneHosts;
  }

  /**
   * The host that {@code node} means, for {@code disk}; empty if nobody knows one.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it is an address and
   *     the nodes are not known now
   */
  Optional<NodeId> find(NodeId node, UDisk disk) {
    if (!node.isAddress()) {
      return Optional.of(node);
    }
    return nodes.findInstance(node).or(() -> hostAt(node, disk));
  }

  private static Optional<NodeId> hostAt(NodeId address, UDisk disk) {
    return disk.hostId()
        .filter(id -> disk.hostIp().filter(address.value()::equals).isPresent())
        .map(NodeId::new);
  }

  /**
   * The same for a disk that is to come off that node: also a host that the cloud says had the
   * address, and one that is gone, on which nobody can use the disk any more.
   */
  Optional<NodeId> findLast(NodeId node, UDisk disk, Progress progress) {
    if (!node.isAddress()) {
      return Optional.of(node);
    }
    Optional<NodeId> known = hostAt(node, disk).or(() -> nodes.findInstance(node));
    if (known.isPresent() || disk.hostId().isEmpty()) {
      return known;
    }
    NodeId of = new NodeId(disk.hostId().get());
    Optional<Host> host = disks.findHost(of);
    boolean hadIt =
        host.isPresent()
            ? host.get().addresses().contains(node.value())
            : goneHosts.hasLostIts(disk, progress);
    return hadIt ? Optional.of(of) : Optional.empty();
  }
}
