package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.linux.Space;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A hint for whoever waits for a pod to start: with an {@code fsGroup}, kubelet changes the owner
 * of every file of the volume first, after this driver has long been done (csi-drivers D6.39).
 *
 * <p>Kubelet tells us neither the group, which ext4, xfs and btrfs cannot be mounted with, nor when
 * the pod runs; the number of files is what can be known here. btrfs does not count them.
 */
record ManyFiles(long threshold) {
  /** Takes kubelet about a minute on a UDisk. */
  static final ManyFiles A_MINUTES_WORK = new ManyFiles(1_000_000);

  /** Empty if the filesystem holds few files, or does not say how many. */
  Optional<String> findHint(VolumeId volume, Path mounted) {
    long files = Space.at(mounted).usedInodes();
    if (files < threshold) {
      return Optional.empty();
    }
    return Optional.of(
        "volume "
            + volume
            + " holds "
            + files
            + " files; if its pod has an fsGroup, kubelet changes the owner of each before the pod"
            + " starts, unless the pod says fsGroupChangePolicy: OnRootMismatch");
  }
}
