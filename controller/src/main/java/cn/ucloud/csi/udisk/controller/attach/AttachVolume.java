package cn.ucloud.csi.udisk.controller.attach;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.change.DiskRequests;
import cn.ucloud.csi.udisk.controller.change.DiskRequests.Change;
import cn.ucloud.csi.udisk.controller.change.RequestName;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.cloud.ApiErrors;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter.Work;
import cn.ucloud.csi.udisk.controller.reads.SharedHostReads;
import java.util.Optional;
import java.util.function.Function;

/**
 * Attaches disks: reads first, waits for a state from which a disk can be attached, orders once,
 * and answers when the cloud shows the disk InUse. In a crowd the list that the attacher asked for
 * serves as the first read of a disk that was free in it (decision 11).
 */
public final class AttachVolume {
  private final DiskApi disks;
  private final NodeHosts nodes;
  private final SharedHostReads hostReads;
  private final ForceDetach forceDetach;
  private final DiskRequests requests;
  private final UnansweredRequests unanswered;
  private final HostQueue hosts;
  private final Function<VolumeId, Optional<UDisk>> knownFree;
  private final AttachEvents events;

  /**
   * @param knownFree a disk that was free a little while ago, where an order may rest on that
   */
  public AttachVolume(
      DiskApi disks,
      NodeHosts nodes,
      SharedHostReads hostReads,
      ForceDetach forceDetach,
      DiskRequests requests,
      UnansweredRequests unanswered,
      HostQueue hosts,
      Function<VolumeId, Optional<UDisk>> knownFree,
      AttachEvents events) {
    this.disks = disks;
    this.nodes = nodes;
    this.hostReads = hostReads;
    this.forceDetach = forceDetach;
    this.requests = requests;
    this.unanswered = unanswered;
    this.hosts = hosts;
    this.knownFree = knownFree;
    this.events = events;
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
   * @throws PreconditionFailed if it is a system disk or in another zone than the node, or if the
   *     cloud failed to make or restore it
   * @throws LimitReached if the node has as many disks as it takes
   * @throws OperationPending while an earlier order for it may still be done
   */
  public PublishContext attach(VolumeId volume, NodeId wanted, Progress progress) {
    return events.around(volume, wanted, () -> attachKnown(volume, wanted, progress));
  }

  private PublishContext attachKnown(VolumeId volume, NodeId wanted, Progress progress) {
    try {
      return attachFound(volume, wanted, progress);
    } catch (DriverException.Certain e) {
      // True of what was found now; an earlier order may still be done.
      throw unanswered.has(volume.value()) ? new OutcomeUnknown(e.sentence(), e) : e;
    }
  }

  private PublishContext attachFound(VolumeId volume, NodeId wanted, Progress progress) {
    progress.at("reading the disk");
    UDisk disk =
        knownFree.apply(volume).orElseGet(() -> requireSteady(require(volume, progress), progress));
    if (disk.isSystemDisk()) {
      throw new PreconditionFailed("volume " + volume + " is a system disk");
    }
    NodeId node = nodes.find(wanted, disk).orElseThrow(() -> new NotFound("node", wanted.value()));
    if (forceDetach.takeTo(node, disk, progress)) {
      disk = require(volume, progress);
    }
    return attach(disk, node, progress);
  }

  /** A free one is ordered, and the cloud knows better if it is not. */
  private UDisk require(VolumeId volume, Progress progress) {
    return requests
        .read(volume, seen -> seen.filter(AttachVolume::isFree).isEmpty(), progress)
        .orElseThrow(() -> new NotFound("volume", volume.value()));
  }

  /**
   * The disk once it is in a state from which it can be attached.
   *
   * @throws PreconditionFailed if it never will be
   */
  private UDisk requireSteady(UDisk found, Progress progress) {
    UDisk disk = found;
    if (isPassing(found)) {
      disk =
          requests
              .awaitPassage(found, AttachVolume::isPassing, progress)
              .orElseThrow(() -> new NotFound("volume", found.id()));
    }
    if (disk.status() == UDiskStatus.FAILED || disk.status() == UDiskStatus.RESTOREFAILED) {
      throw new PreconditionFailed(
          "volume %s is %s and cannot be attached to any node".formatted(disk.id(), disk.status()));
    }
    return disk;
  }

  private static boolean isPassing(UDisk disk) {
    return switch (disk.status()) {
      case DETACHING, INITIALIZATING, INITIALIZING, CLONING, RESTORING, UNKNOWN -> true;
      case AVAILABLE, ATTACHING, INUSE, FAILED, RESTOREFAILED -> false;
    };
  }

  private PublishContext attach(UDisk disk, NodeId node, Progress progress) {
    VolumeId volume = new VolumeId(disk.id());
    requireNotElsewhere(disk, node);
    Change<PublishContext> change =
        new Change<>(
            volume,
            Work.ATTACHMENT,
            what(volume, node),
            seen -> seen.filter(AttachVolume::isFree).isPresent(),
            seen -> seen.flatMap(d -> contextOn(d, node)),
            Optional.of(node.value()));
    requireSettled(unanswered.otherThan(change.what(), volume.value()));
    requireSettled(unanswered.ofEarlierProcess(DetachVolume.key(volume, node.value())));
    if (!isFree(disk)) {
      return requests.await(change, progress);
    }
    Host host = requireReachable(disk, node, progress);
    boolean acrossClusters = isAcrossClusters(disk, host);
    try (HostQueue.Place place = hosts.enter(node.value(), false, progress)) {
      return requests.carryOut(
          change, progress, () -> place.order(() -> order(disk, node, acrossClusters)));
    }
  }

  /**
   * Orders it.
   *
   * @throws LimitReached if it was refused and the host has as many disks as it takes
   */
  private void order(UDisk disk, NodeId node, boolean acrossClusters) {
    try {
      disks.attach(disk, node, acrossClusters);
    } catch (OutcomeUnknown e) {
      if (ApiErrors.isAttachFailed(e) && isFullWithout(disk, node)) {
        throw new LimitReached(
            "node %s has %d data disks, as many as it takes; volume %s was not attached"
                .formatted(node, Host.MOST_DATA_DISKS, disk.id()));
      }
      throw e;
    }
  }

  /** A host that cannot be read is not known to be full. */
  private boolean isFullWithout(UDisk disk, NodeId node) {
    try {
      Optional<Host> host = disks.findHost(node); // not one that was read before the refusal
      return host.filter(Host::isFull).isPresent()
          && !host.get().dataDisks().contains(disk.id())
          && disks.find(new VolumeId(disk.id())).filter(AttachVolume::isFree).isPresent();
    } catch (DriverException e) {
      return false;
    }
  }

  static String what(VolumeId volume, NodeId node) {
    return RequestName.attach(volume.value(), node.value());
  }

  public static boolean isFree(UDisk disk) {
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
      throw new PreconditionFailed(
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
