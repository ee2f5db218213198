package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.volume.Notice.Reason;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of a disk that Kubernetes counts as attached and that somebody else has detached,
 * when it is attached again (decision 12). Whatever cannot be read for that is no news, and never a
 * reason why it should not be attached.
 */
final class ReattachEvents {
  private static final Logger LOG = LoggerFactory.getLogger(ReattachEvents.class);

  private final UDisks disks;
  private final Publications publications;
  private final Notices notices;

  ReattachEvents(UDisks disks, ClusterView cluster) {
    this.disks = disks;
    this.publications = cluster.publications();
    this.notices = cluster.notices();
  }

  /**
   * Attaches, and tells what it is for if it is for that.
   *
   * @param node as the caller calls it
   */
  <T> T around(VolumeId volume, NodeId node, Supplier<T> attach) {
    if (!wasDetachedOutside(volume, node)) {
      return attach.get();
    }
    LOG.warn("{} was detached from {} outside of Kubernetes, attaching it again", volume, node);
    notices.aboutUse(
        volume,
        new Notice(
            Reason.DETACHED_OUTSIDE,
            "disk %s was detached from node %s outside of Kubernetes; it is being attached again"
                .formatted(volume, node)));
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

  private boolean wasDetachedOutside(VolumeId volume, NodeId node) {
    try {
      return publications.isAttached(volume, node)
          && disks
              .find(volume)
              .filter(disk ->
                  disk.status() == UDiskStatus.AVAILABLE || disk.status() == UDiskStatus.ATTACHING)
              .isPresent();
    } catch (DriverException e) {
      LOG.debug("whether {} was detached outside of Kubernetes is not known", volume, e);
      return false;
    }
  }
}
