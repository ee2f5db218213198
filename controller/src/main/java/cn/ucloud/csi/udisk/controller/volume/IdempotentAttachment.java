package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.volume.DiskWatch.Work;
import cn.ucloud.csi.udisk.controller.volume.Orders.Change;
import java.util.Optional;

/** Attaches disks: reads first, orders once, and answers when the cloud shows the disk InUse. */
final class IdempotentAttachment {
  private final UDisks disks;
  private final NodeHosts nodes;
  private final HostReads hostReads;
  private final Elsewhere elsewhere;
  private final Orders orders;
  private final Unsettled unsettled;
  private final HostQueue hosts;

  IdempotentAttachment(
      UDisks disks,
      NodeHosts nodes,
      HostReads hostReads,
      Elsewhere elsewhere,
      Orders orders,
      Unsettled unsettled,
      HostQueue hosts) {
    this.disks = disks;
    this.nodes = nodes;
    this.hostReads = hostReads;
    this.elsewhere = elsewhere;
    this.orders = orders;
    this.unsettled = unsettled;
    this.hosts = hosts;
  }

  /**
   * Attaches the volume to the node; does nothing if it is attached there already. A disk that
   * another host has is taken from it only if the cluster proves that nobody uses it there. One
   * that an earlier order may still take off the node counts as attached only after that.
   *
   * @param wanted in either form
   * @return what the node must know, read when the disk was InUse
   * @throws NotFound if there is no such volume or node
   * @throws AttachedElsewhere if another host has the disk and keeps it
   * @throws Forbidden if it is a system disk or in another zone than the node
   * @throws OperationPending while an earlier order for it may still be done
   */
  PublishContext attach(VolumeId volume, NodeId wanted, Progress progress) {
    try {
      return attachFound(volume, wanted, progress);
    } catch (DriverException.Certain e) {
      // True of what was found now; an earlier order may still be done.
      throw unsettled.has(volume.value()) ? new OutcomeUnknown(e.sentence(), e) : e;
    }
  }

  private PublishContext attachFound(VolumeId volume, NodeId wanted, Progress progress) {
    progress.at("reading the disk");
    UDisk disk = require(volume);
    if (disk.isSystemDisk()) {
      throw new Forbidden("volume " + volume + " is a system disk");
    }
    NodeId node = nodes.find(wanted, disk).orElseThrow(() -> new NotFound("node", wanted.value()));
    if (elsewhere.takeTo(node, disk, progress)) {
      disk = require(volume);
    }
    return attach(disk, node, progress);
  }

  private UDisk require(VolumeId volume) {
    return orders.read(volume).orElseThrow(() -> new NotFound("volume", volume.value()));
  }

  private PublishContext attach(UDisk disk, NodeId node, Progress progress) {
    VolumeId volume = new VolumeId(disk.id());
    requireNotElsewhere(disk, node);
    Change<PublishContext> change =
        new Change<>(
            volume,
            Work.ATTACHMENT,
            "attach of " + volume + " to " + node,
            seen -> seen.filter(IdempotentAttachment::isFree).isPresent(),
            seen -> seen.flatMap(d -> contextOn(d, node)));
    requireSettled(unsettled.otherThan(change.what(), volume.value()));
    requireSettled(unsettled.ofEarlierProcess(IdempotentDetachment.key(volume, node.value())));
    if (!isFree(disk)) {
      return orders.await(change, progress);
    }
    Host host = requireReachable(disk, node, progress);
    boolean acrossClusters = isAcrossClusters(disk, host);
    try (HostQueue.Place place = hosts.enter(node.value(), false, progress)) {
      return orders.carryOut(
          change, progress, () -> place.order(() -> disks.attach(disk, node, acrossClusters)));
    }
  }

  static boolean isFree(UDisk disk) {
    return disk.status() == UDiskStatus.AVAILABLE && disk.hostId().isEmpty();
  }

  private static void requireNotElsewhere(UDisk disk, NodeId node) {
    if (disk.hostId().isEmpty() || disk.isOn(node.value())) {
      return;
    }
    if (disk.status() == UDiskStatus.DETACHING) {
      throw new OperationPending(
          "volume %s is still being detached from %s".formatted(disk.id(), disk.hostId().get()));
    }
    throw new AttachedElsewhere(disk.id(), disk.hostId().get());
  }

  private static boolean isBareMetal(UDisk disk) {
    return disk.hostId().map(NodeId::new).filter(NodeId::isBareMetal).isPresent();
  }

  /** Either may have been moved since the disk was made; nothing but this moment counts. */
  private static boolean isAcrossClusters(UDisk disk, Host host) {
    return disk.rdmaCluster().isPresent() && !disk.rdmaCluster().equals(host.rdmaCluster());
  }

  private Host requireReachable(UDisk disk, NodeId node, Progress progress) {
    progress.at("reading the host");
    Host host = hostReads.find(node).orElseThrow(() -> new NotFound("node", node.value()));
    if (!host.zone().equals(disk.zone())) {
      throw new Forbidden(
          "volume %s is in zone %s and cannot be attached to node %s in zone %s"
              .formatted(disk.id(), disk.zone(), node, host.zone()));
    }
    return host;
  }

  private static void requireSettled(Optional<String> open) {
    if (open.isPresent()) {
      throw new OperationPending(open.get());
    }
  }

  /** What the node must know once the disk is InUse there; empty before. */
  private static Optional<PublishContext> contextOn(UDisk disk, NodeId node) {
    requireNotElsewhere(disk, node);
    boolean isThere = disk.status() == UDiskStatus.INUSE && disk.isOn(node.value());
    // Bare metal has no letters; there the node finds the disk by other means.
    return isThere && (disk.deviceName().isPresent() || isBareMetal(disk))
        ? Optional.of(new PublishContext(disk.deviceName(), Optional.of(disk.size())))
        : Optional.empty();
  }
}
