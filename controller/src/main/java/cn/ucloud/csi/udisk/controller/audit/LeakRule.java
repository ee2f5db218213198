package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.controller.model.DiskName;
import java.time.Duration;
import java.time.Instant;

/**
 * What of the cloud can be called leaked: what this cluster made, a while ago.
 *
 * @param clusterId with which the names of this cluster's disks and snapshots end
 * @param age what is younger is never called leaked
 */
record LeakRule(String clusterId, Duration age) {

  boolean isMarked(String name) {
    return name.endsWith(DiskName.mark(clusterId));
  }

  /**
   * Whether a snapshot of this name goes by itself, when there is a clone that it was taken for.
   */
  boolean isInterim(String name) {
    return DiskName.isOfInterimSnapshot(name, clusterId);
  }

  /** What has no time of birth, and so that of the epoch, is never old. */
  boolean isOld(Instant made, Instant now) {
    return made.isAfter(Instant.EPOCH) && made.plus(age).isBefore(now);
  }
}
