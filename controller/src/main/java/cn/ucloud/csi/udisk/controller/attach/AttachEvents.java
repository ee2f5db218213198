package cn.ucloud.csi.udisk.controller.attach;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.polling.StaleReads;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of a disk that Kubernetes counts as attached and that is detached all the same, when
 * it is attached again (decision 12): somebody else did that, or an order of the process before
 * this one that took effect late. Whatever cannot be read for that is no news, and never a reason
 * why it should not be attached.
 */
public final class AttachEvents {
  private static final Logger LOG = LoggerFactory.getLogger(AttachEvents.class);

  /** A late order is done by then, and what it did is noticed. */
  private static final Duration NOTICED = Duration.ofMinutes(5);

  private final DiskApi disks;
  private final PublishedNodes publishedNodes;
  private final EventRecorder events;
  private final UnansweredRequests unanswered;
  private final StaleReads staleReads;
  private final TimeSource time;
  private final Map<VolumeId, Early> early = new ConcurrentHashMap<>();

  /** An attachment made while orders of the process before this one might still be done. */
  private record Early(NodeId node, long at) {}

  public AttachEvents(DiskApi disks, ClusterView cluster, WorkContext context) {
    this.disks = disks;
    this.publishedNodes = cluster.publishedNodes();
    this.events = cluster.events();
    this.unanswered = context.unanswered();
    this.staleReads = context.staleReads();
    this.time = context.time();
  }

  /**
   * Attaches, and tells what it is for if it is for that, or why the disk stays where it is.
   *
   * @param node as the caller calls it
   */
  <T> T around(VolumeId volume, NodeId node, Supplier<T> attach) {
    try {
      return attachAndTell(volume, node, attach);
    } catch (AttachedElsewhere e) {
      events.about(volume, new VolumeEvent(Reason.WAITING_FOR_DETACH, e.sentence()));
      throw e;
    }
  }

  private <T> T attachAndTell(VolumeId volume, NodeId node, Supplier<T> attach) {
    if (!wasDetachedOutside(volume, node)) {
      T result = attach.get();
      if (!unanswered.earlierProcess().isZero()) {
        early.put(volume, new Early(node, time.now()));
      }
      return result;
    }
    VolumeEvent detached = detached(volume, node);
    LOG.warn(detached.text());
    events.aboutUse(volume, detached);
    T result = attach.get();
    events.aboutUse(
        volume,
        new VolumeEvent(
            Reason.ATTACHED_AGAIN,
            "disk %s is attached to node %s again; pods that had it mounted use a device that is"
                    .formatted(volume, node)
                + " gone, so delete them: their successors mount it anew"));
    return result;
  }

  private VolumeEvent detached(VolumeId volume, NodeId node) {
    early.values().removeIf(made -> time.now() - made.at > NOTICED.toNanos());
    Early made = early.remove(volume);
    return made != null && made.node.equals(node)
        ? new VolumeEvent(
            Reason.DETACHED_LATE,
            ("disk %s was detached from node %s, by a request of an earlier controller process that"
                    + " took effect late or outside of Kubernetes; it is being attached again")
                .formatted(volume, node))
        : new VolumeEvent(
            Reason.DETACHED_OUTSIDE,
            "disk %s was detached from node %s outside of Kubernetes; it is being attached again"
                .formatted(volume, node));
  }

  private boolean wasDetachedOutside(VolumeId volume, NodeId node) {
    try {
      if (!publishedNodes.isAttached(volume, node)) {
        return false;
      }
      Optional<UDisk> seen = disks.find(volume);
      return staleReads.isCurrent(volume.value(), seen)
          && seen.filter(disk ->
                  disk.status() == UDiskStatus.AVAILABLE || disk.status() == UDiskStatus.ATTACHING)
              .isPresent();
    } catch (DriverException e) {
      LOG.debug("whether {} was detached outside of Kubernetes is not known", volume, e);
      return false;
    }
  }
}
