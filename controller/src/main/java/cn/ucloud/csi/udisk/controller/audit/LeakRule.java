package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.controller.model.DiskName;
import java.time.Duration;
import java.time.Instant;

/**
 * What of the cloud can be called leaked: what this cluster made, a while ago.
 *
 * @param mark the end of the names of this cluster's disks and snapshots
 * @param age what is younger is never called leaked
 */
record LeakRule(String mark, Duration age) {

  static LeakRule of(String clusterId, Duration age) {
    return new LeakRule(DiskName.mark(clusterId), age);
  }

  boolean isMarked(String name) {
    return name.endsWith(mark);
  }

  /** What has no time of birth, and so that of the epoch, is never old. */
  boolean isOld(Instant made, Instant now) {
    return made.isAfter(Instant.EPOCH) && made.plus(age).isBefore(now);
  }
}
