package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.Optional;

/** What the cluster says about a host that has a disk which is wanted elsewhere. */
@FunctionalInterface
public interface Custody {
  /**
   * Why the disk must be left there; empty only if it is proved, by live reads, that the host is of
   * this cluster and that nobody there has the disk in use or is about to (decision 12).
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it cannot be found out
   *     now
   */
  Optional<String> findReasonToLeave(VolumeId disk, String host);

  /** Where there is no cluster, nothing is proved. */
  static Custody none() {
    return (disk, host) -> Optional.of("there is no cluster to say whether it is in use there");
  }
}
