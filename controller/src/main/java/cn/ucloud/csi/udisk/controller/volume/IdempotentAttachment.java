package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.volume.Orders.Change;
import java.util.Optional;

/** Attaches disks: reads first, orders once, and answers when the cloud shows the disk InUse. */
final class IdempotentAttachment {
  private final UDisks disks;
  private final Orders orders;
  private final Unsettled unsettled;
  private final HostQueue hosts;

  IdempotentAttachment(UDisks disks, Orders orders, Unsettled unsettled, HostQueue hosts) {
    this.disks = disks;
    this.orders = orders;
    this.unsettled = unsettled;
    this.hosts = hosts;
  }

  /**
   * Attaches the volume to the node; does nothing if it is attached there already.
   *
   * @return what the node must know, read when the disk was InUse
   * @throws NotFound if there is no such volume or node
   * @throws AttachedElsewhere if another host has the disk
   * @throws Forbidden if it is a system disk or in another zone than the node
   */
  PublishContext attach(VolumeId volume, NodeId node, Progress progress) {
    progress.at("reading the disk");
    UDisk disk = disks.find(volume).orElseThrow(() -> new NotFound("volume", volume.value()));
    if (disk.isSystemDisk()) {
      throw new Forbidden("volume " + volume + " is a system disk");
    }
    requireNotElsewhere(disk, node);
    Change<PublishContext> change =
        new Change<>(
            volume,
            "attach of " + volume + " to " + node,
            seen -> seen.filter(IdempotentAttachment::isFree).isPresent(),
            seen -> seen.flatMap(d -> contextOn(d, node)));
    if (!isFree(disk)) {
      return orders.await(change, progress);
    }
    requireReachable(disk, node, progress);
    requireSettled(change.what(), volume);
    try (HostQueue.Place place = hosts.enter(node.value(), false, progress)) {
      return orders.carryOut(change, progress, () -> place.order(() -> disks.attach(disk, node)));
    }
  }

  static boolean isFree(UDisk disk) {
    return disk.status() == UDiskStatus.AVAILABLE && disk.hostId().isEmpty();
  }

  private static void requireNotElsewhere(UDisk disk, NodeId node) {
    if (disk.hostId().isEmpty() || disk.isOn(node.value())) {
      return;
    }
    requireComparable(disk, node);
    if (disk.status() == UDiskStatus.DETACHING) {
      throw new OperationPending(
          "volume %s is still being detached from %s".formatted(disk.id(), disk.hostId().get()));
    }
    throw new AttachedElsewhere(disk.id(), disk.hostId().get());
  }

  private static boolean isBareMetal(UDisk disk) {
    return disk.hostId().map(NodeId::new).filter(NodeId::isBareMetal).isPresent();
  }

  /** A host that is gone has no address any more; then nothing follows from the one we have. */
  static void requireComparable(UDisk disk, NodeId node) {
    if (node.isAddress() && disk.hostIp().isEmpty()) {
      throw new Unavailable(
          "whether host %s of volume %s is node %s is not known"
              .formatted(disk.hostId().orElse("?"), disk.id(), node));
    }
  }

  private void requireReachable(UDisk disk, NodeId node, Progress progress) {
    if (node.isAddress()) {
      throw new Unavailable(
          "node %s is known by its address only, and which host has it cannot be looked up"
              .formatted(node));
    }
    progress.at("reading the host");
    Host host = disks.findHost(node).orElseThrow(() -> new NotFound("node", node.value()));
    if (!host.zone().equals(disk.zone())) {
      throw new Forbidden(
          "volume %s is in zone %s and cannot be attached to node %s in zone %s"
              .formatted(disk.id(), disk.zone(), node, host.zone()));
    }
  }

  private void requireSettled(String what, VolumeId volume) {
    Optional<String> open = unsettled.otherThan(what, volume.value());
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
