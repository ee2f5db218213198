package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.Claim;
import java.util.Optional;

/** What the cluster says about a host that has a disk which is wanted elsewhere. */
public interface ForceDetachPolicy {
  /**
   * Why the disk must be left there; empty only if it is proved, by live reads, that the host is of
   * this cluster and that nobody there has the disk in use or is about to (decision 12).
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it cannot be found out
   *     now
   */
  Optional<String> findReasonToLeave(VolumeId disk, String host);

  /**
   * Why a disk that was made for the claim may have been used, or may be; empty only if it is
   * proved, by live reads, that the claim waits for its volume still and that no persistent volume
   * names the disk or is the claim's (decision 5).
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it cannot be found out
   *     now
   */
  Optional<String> findReasonToKeep(VolumeId disk, Claim claim);

  /**
   * Whether a node that may be this host is Ready, by a live read; false also if there is none.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it cannot be found out
   *     now
   */
  boolean isReady(NodeId host);

  /** Where there is no cluster, nothing is proved. */
  static ForceDetachPolicy none() {
    return new ForceDetachPolicy() {
      @Override
      public Optional<String> findReasonToLeave(VolumeId disk, String host) {
        return Optional.of("there is no cluster to say whether it is in use there");
      }

      @Override
      public Optional<String> findReasonToKeep(VolumeId disk, Claim claim) {
        return Optional.of("there is no cluster to say whether it has been used");
      }

      @Override
      public boolean isReady(NodeId host) {
        return false;
      }
    };
  }
}
