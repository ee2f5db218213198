package cn.ucloud.csi.udisk.controller.attach;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.change.DiskRequests;
import cn.ucloud.csi.udisk.controller.change.DiskRequests.Change;
import cn.ucloud.csi.udisk.controller.change.RequestName;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter.Work;
import cn.ucloud.csi.udisk.controller.polling.Poller;
import java.time.Duration;
import java.util.Optional;

/** Detaches disks: reads first, orders once, and answers when the cloud shows it. */
public final class DetachVolume {
  /** How often it is asked whether the cluster tells by now that no attach is under way. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final DiskApi disks;
  private final NodeHosts nodes;
  private final PublishedNodes publishedNodes;
  private final DiskRequests requests;
  private final UnansweredRequests unanswered;
  private final HostQueue hosts;
  private final Poller poller;

  public DetachVolume(
      DiskApi disks,
      NodeHosts nodes,
      PublishedNodes publishedNodes,
      DiskRequests requests,
      HostQueue hosts,
      WorkContext context) {
    this.disks = disks;
    this.nodes = nodes;
    this.publishedNodes = publishedNodes;
    this.requests = requests;
    this.unanswered = context.unanswered();
    this.hosts = hosts;
    this.poller = context.poller();
  }

  /**
   * Detaches the volume from the node. Does nothing if there is no such volume, or if that node has
   * it not; whether the node exists does not matter.
   *
   * @param unwanted in either form; empty means: from whichever host has it
   * @throws OperationPending while an attach of it may still be done
   * @throws PreconditionFailed if it is a system disk
   */
  public void detach(VolumeId volume, Optional<NodeId> unwanted, Progress progress) {
    progress.at("reading the disk");
    Optional<UDisk> found = requests.read(volume, seen -> looksOff(seen, unwanted), progress);
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
      requireSettled(unanswered.otherThan(change.what(), volume.value()));
      return;
    }
    if (isOff(found, node)) {
      unanswered.seenOfEarlierProcess(volume.value(), change.what());
      requireSettled(unanswered.otherThan(change.what(), volume.value()));
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
      requests.await(change, progress);
      requireStaysOff(change, disk.hostId());
      return;
    }
    if (disk.isSystemDisk()) {
      throw new PreconditionFailed("volume " + volume + " is a system disk");
    }
    disk.hostId()
        .ifPresent(
            id -> unanswered.seen(volume.value(), AttachVolume.what(volume, new NodeId(id))));
    String host =
        disk.hostId()
            .orElseThrow(
                () -> new OperationPending("volume " + volume + " is InUse, on an unknown host"));
    try (HostQueue.Place place = hosts.enter(host, true, progress)) {
      requests.carryOut(change, progress, () -> place.order(() -> disks.detach(disk, host)));
    }
    requireStaysOff(change, Optional.of(host));
  }

  /**
   * The disk is off now. An attach of this process that is still to come would put it on again; a
   * detach of the process before this one, if it was asked for one, would take it off again, so it
   * is kept in mind for the next attach to that host.
   */
  private void requireStaysOff(Change<?> change, Optional<String> host) {
    VolumeId volume = change.disk();
    host.filter(_ -> publishedNodes.mayHaveBeenMoving(volume))
        .ifPresent(id ->
            unanswered.doneAlsoByEarlierProcess(
                key(volume, id), "detach of %s from %s".formatted(volume, id)));
    requireSettled(unanswered.otherThan(change.what(), volume.value()));
  }

  private static String what(VolumeId volume) {
    return RequestName.detach(volume.value());
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
      Duration left = unanswered.earlierProcess();
      if (left.isZero() || !mayBeComing(volume, node)) {
        return hasWaited;
      }
      progress.at(
          "%s is detached; waiting up to %d s in case an earlier attach still takes effect"
              .formatted(volume, unanswered.settle().toSeconds()));
      poller.sleep(left.compareTo(ASK_AGAIN) < 0 ? left : ASK_AGAIN);
      hasWaited = true;
    }
  }

  private boolean mayBeComing(VolumeId volume, Optional<NodeId> node) {
    try {
      return publishedNodes.mayHaveBeenMoving(volume)
          && (node.isEmpty() || publishedNodes.mayBeComing(volume, node.get()));
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
