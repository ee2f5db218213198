package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.volume.Notice.Reason;
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
final class ReattachEvents {
  private static final Logger LOG = LoggerFactory.getLogger(ReattachEvents.class);

  /** A late order is done by then, and what it did is noticed. */
  private static final Duration NOTICED = Duration.ofMinutes(5);

  private final UDisks disks;
  private final Publications publications;
  private final Notices notices;
  private final Unsettled unsettled;
  private final StaleReads staleReads;
  private final Pause pause;
  private final Map<VolumeId, Early> early = new ConcurrentHashMap<>();

  /** An attachment made while orders of the process before this one might still be done. */
  private record Early(NodeId node, long at) {}

  ReattachEvents(UDisks disks, ClusterView cluster, Waiting waiting) {
    this.disks = disks;
    this.publications = cluster.publications();
    this.notices = cluster.notices();
    this.unsettled = waiting.unsettled();
    this.staleReads = waiting.staleReads();
    this.pause = waiting.pause();
  }

  /**
   * Attaches, and tells what it is for if it is for that.
   *
   * @param node as the caller calls it
   */
  <T> T around(VolumeId volume, NodeId node, Supplier<T> attach) {
    if (!wasDetachedOutside(volume, node)) {
      T result = attach.get();
      if (!unsettled.earlierProcess().isZero()) {
        early.put(volume, new Early(node, pause.now()));
      }
      return result;
    }
    Notice detached = detached(volume, node);
    LOG.warn(detached.text());
    notices.aboutUse(volume, detached);
    T result = attach.get();
    notices.aboutUse(
        volume,
        new Notice(
            Reason.ATTACHED_AGAIN,
            "disk %s is attached to node %s again; pods that had it mounted use a device that is"
                    .formatted(volume, node)
                + " gone, so delete them: their successors mount it anew"));
    return result;
  }

  private Notice detached(VolumeId volume, NodeId node) {
    early.values().removeIf(made -> pause.now() - made.at > NOTICED.toNanos());
    Early made = early.remove(volume);
    return made != null && made.node.equals(node)
        ? new Notice(
            Reason.DETACHED_LATE,
            ("disk %s was detached from node %s, by an order of an earlier controller process that"
                    + " took effect late or outside of Kubernetes; it is being attached again")
                .formatted(volume, node))
        : new Notice(
            Reason.DETACHED_OUTSIDE,
            "disk %s was detached from node %s outside of Kubernetes; it is being attached again"
                .formatted(volume, node));
  }

  private boolean wasDetachedOutside(VolumeId volume, NodeId node) {
    try {
      if (!publications.isAttached(volume, node)) {
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
