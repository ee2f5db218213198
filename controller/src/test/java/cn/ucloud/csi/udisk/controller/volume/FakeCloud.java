package cn.ucloud.csi.udisk.controller.volume;

import java.time.Duration;

/** The driver's side of the fakes: processes that work on them in virtual time. */
final class FakeCloud {
  static final Duration SETTLE = Duration.ofSeconds(75);

  private FakeCloud() {}

  /** A process that has just started. */
  static Storage storage(FakeUDisks disks, FakeSnapshots snapshots, VirtualTime time) {
    return storage(disks, snapshots, ClusterView.none(), time);
  }

  static Storage storage(
      FakeUDisks disks, FakeSnapshots snapshots, ClusterView cluster, VirtualTime time) {
    return Storage.of(
        disks,
        snapshots,
        cluster,
        Timing.withSettle(SETTLE),
        DeletionRule.KEEP_WITH_SNAPSHOTS,
        time,
        Runnable::run);
  }

  /** The same where there are no snapshots. */
  static Volumes volumes(FakeUDisks disks, VirtualTime time) {
    return volumes(disks, ClusterView.none(), time);
  }

  static Volumes volumes(FakeUDisks disks, ClusterView cluster, VirtualTime time) {
    return storage(disks, new FakeSnapshots(time), cluster, time).volumes();
  }
}
