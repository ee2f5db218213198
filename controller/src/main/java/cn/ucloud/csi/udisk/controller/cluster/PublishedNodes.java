package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How the cluster calls the hosts that have disks. The attacher compares what is listed with what
 * it has recorded, and attaches anew what is not there.
 */
@FunctionalInterface
public interface PublishedNodes {

  /**
   * The cluster as it is now, for any number of disks.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it is not known now
   */
  View view();

  /**
   * The disks of all persistent volumes that are this driver's.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if they are not known now
   */
  default Set<VolumeId> volumes() {
    return Set.of();
  }

  /**
   * Whether Kubernetes counts the volume as attached to the node.
   *
   * @param node in the form that its CSINode holds
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if that is not known now
   */
  default boolean isAttached(VolumeId volume, NodeId node) {
    return false;
  }

  /**
   * Whether somebody may have ordered the volume to the node without Kubernetes having recorded the
   * outcome; also wherever nothing is known of it. Of a volume that Kubernetes counts as attached
   * only one that was detached outside of it is ordered again, which nobody records.
   *
   * @param node in the form that its CSINode holds
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if that is not known now
   */
  default boolean mayBeComing(VolumeId volume, NodeId node) {
    return true;
  }

  /**
   * Whether a process before this one may have been asked to attach or detach the volume without
   * Kubernetes having recorded the outcome; also as long as nothing is known of it. It was not
   * asked where Kubernetes had the volume attached and wanted it to stay when this process had
   * begun to act, nor where it had no such volume then.
   */
  default boolean mayHaveBeenMoving(VolumeId volume) {
    return true;
  }

  /**
   * Says of disks whether the host that has them is a node of this cluster; where that cannot be
   * known, every host may be one.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it is not known now
   */
  default Predicate<OnHost> nodes() {
    return _ -> true;
  }

  /**
   * A disk on a host, as the cloud shows it.
   *
   * @param address of the host
   * @param device the disk's letter there; empty on bare metal
   * @param size what the disk has now; it may have grown since it was attached
   */
  record OnHost(
      VolumeId volume,
      NodeId host,
      Optional<String> address,
      Optional<DeviceName> device,
      DiskSize size) {}

  /** Says of each disk on which node it counts as published. */
  @FunctionalInterface
  interface View {
    /**
     * The node in the form that its CSINode holds; the host's own id if it is no node. Empty if the
     * node was told another letter or size than the disk has: then it must be told anew.
     */
    Optional<NodeId> findNode(OnHost disk);
  }

  /** Where there is no cluster. */
  static PublishedNodes none() {
    return () -> disk -> Optional.of(disk.host());
  }
}
