package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.volume.DiskWatch.Work;
import cn.ucloud.csi.udisk.controller.volume.Orders.Change;
import java.time.Duration;
import java.util.Optional;

/** Detaches disks: reads first, orders once, and answers when the cloud shows it. */
final class IdempotentDetachment {
  /** How often it is asked whether the cluster tells by now that no attach is under way. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final UDisks disks;
  private final NodeHosts nodes;
  private final Publications publications;
  private final Orders orders;
  private final Unsettled unsettled;
  private final HostQueue hosts;
  private final Polling polling;

  IdempotentDetachment(
      UDisks disks, NodeHosts nodes, Publications publications, Orders orders, Waiting waiting) {
    this.disks = disks;
    this.nodes = nodes;
    this.publications = publications;
    this.orders = orders;
    this.unsettled = waiting.unsettled();
    this.hosts = waiting.hosts();
    this.polling = waiting.polling();
  }

  /**
   * Detaches the volume from the node. Does nothing if there is no such volume, or if that node has
   * it not; whether the node exists does not matter.
   *
   * @param unwanted in either form; empty means: from whichever host has it
   * @throws OperationPending while an attach of it may still be done
   * @throws Forbidden if it is a system disk
   */
  void detach(VolumeId volume, Optional<NodeId> unwanted, Progress progress) {
    progress.at("reading the disk");
    Optional<UDisk> found = orders.read(volume, seen -> looksOff(seen, unwanted), progress);
    if (found.isEmpty()) {
      return;
    }
    UDisk disk = found.get();
    // An address that means no host matches none, so nothing is on it.
    Optional<NodeId> node =
        unwanted.map(given -> nodes.findLast(given, disk, progress).orElse(given));
    Change<Boolean> change =
        new Change<>(
            volume,
            Work.DETACHMENT,
            what(volume),
            seen -> seen.filter(d -> d.status() == UDiskStatus.INUSE).isPresent(),
            seen -> isOff(seen, node) ? Optional.of(true) : Optional.empty());
    if (isOnAnother(disk, node)) {
      requireSettled(unsettled.otherThan(change.what(), volume.value()));
      return;
    }
    if (isOff(found, node)) {
      requireSettled(unsettled.otherThan(change.what(), volume.value()));
      if (outlastsEarlierProcess(volume, unwanted, progress)) {
        detach(volume, unwanted, progress);
      }
      return;
    }
    if (disk.status() == UDiskStatus.ATTACHING) {
      // The API refuses to detach it now (RetCode 17101); the caller comes again.
      throw new OperationPending("volume " + volume + " is still being attached");
    }
    if (disk.status() != UDiskStatus.INUSE) {
      orders.await(change, progress);
      requireStaysOff(change, disk.hostId());
      return;
    }
    if (disk.isSystemDisk()) {
      throw new Forbidden("volume " + volume + " is a system disk");
    }
    disk.hostId()
        .ifPresent(id ->
            unsettled.seen(volume.value(), IdempotentAttachment.what(volume, new NodeId(id))));
    String host =
        disk.hostId()
            .orElseThrow(
                () -> new OperationPending("volume " + volume + " is InUse, on an unknown host"));
    try (HostQueue.Place place = hosts.enter(host, true, progress)) {
      orders.carryOut(change, progress, () -> place.order(() -> disks.detach(disk, host)));
    }
    requireStaysOff(change, Optional.of(host));
  }

  /**
   * The disk is off now. An attach of this process that is still to come would put it on again; a
   * detach of the process before this one would take it off again, so it is kept in mind for the
   * next attach to that host.
   */
  private void requireStaysOff(Change<?> change, Optional<String> host) {
    VolumeId volume = change.disk();
    host.ifPresent(id ->
        unsettled.doneAlsoByEarlierProcess(
            key(volume, id), "detach of %s from %s".formatted(volume, id)));
    requireSettled(unsettled.otherThan(change.what(), volume.value()));
  }

  private static String what(VolumeId volume) {
    return "detach of " + volume;
  }

  /** Of detaches from one host alone: on another one they can do nothing. */
  static String key(VolumeId volume, String host) {
    return volume + " on " + host;
  }

  /** Whether it would be answered at once that the disk is off, as far as {@code node} tells. */
  private static boolean looksOff(Optional<UDisk> seen, Optional<NodeId> node) {
    return seen.flatMap(UDisk::hostId).isEmpty()
        || node.filter(given -> !seen.get().isOn(given.value())).isPresent();
  }

  private static boolean isOnAnother(UDisk disk, Optional<NodeId> node) {
    return node.isPresent() && disk.hostId().isPresent() && !disk.isOn(node.get().value());
  }

  private static boolean isOff(Optional<UDisk> seen, Optional<NodeId> node) {
    return seen.isEmpty() || isOnAnother(seen.get(), node) || isOnNone(seen.get());
  }

  private static boolean isOnNone(UDisk disk) {
    return disk.hostId().isEmpty()
        && switch (disk.status()) {
          case ATTACHING, INUSE, DETACHING, UNKNOWN -> false;
          default -> true;
        };
  }

  /**
   * Waits while an attach that the process before this one ordered may still be done: then the disk
   * would be off only for now. True if it had to wait.
   */
  private boolean outlastsEarlierProcess(
      VolumeId volume, Optional<NodeId> node, Progress progress) {
    boolean hasWaited = false;
    while (true) {
      Duration left = unsettled.earlierProcess();
      if (left.isZero() || !mayBeComing(volume, node)) {
        return hasWaited;
      }
      progress.at(
          "%s is detached; waiting up to %d s in case an earlier attach still takes effect"
              .formatted(volume, unsettled.settle().toSeconds()));
      polling.sleep(left.compareTo(ASK_AGAIN) < 0 ? left : ASK_AGAIN);
      hasWaited = true;
    }
  }

  private boolean mayBeComing(VolumeId volume, Optional<NodeId> node) {
    try {
      return node.isEmpty() || publications.mayBeComing(volume, node.get());
    } catch (Unavailable e) {
      return true;
    }
  }

  /** An attach that was not answered may still be done: then the disk is not off yet. */
  private static void requireSettled(Optional<String> open) {
    if (open.isPresent()) {
      throw new OperationPending(open.get());
    }
  }
}
