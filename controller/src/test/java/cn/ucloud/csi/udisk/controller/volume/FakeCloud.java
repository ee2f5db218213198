package cn.ucloud.csi.udisk.controller.volume;

import java.time.Duration;

/** The driver's side of the fakes: processes that work on them in virtual time. */
final class FakeCloud {
  static final Duration SETTLE = Duration.ofSeconds(75);

  private FakeCloud() {}

  /** A process that has just started. */
  static Storage storage(FakeUDisks disks, FakeSnapshots snapshots, VirtualTime time) {
    return Storage.of(
        disks,
        snapshots,
        Timing.withSettle(SETTLE),
        DeletionRule.KEEP_WITH_SNAPSHOTS,
        time,
        Runnable::run);
  }

  /** The same where there are no snapshots. */
  static Volumes volumes(FakeUDisks disks, VirtualTime time) {
    return storage(disks, new FakeSnapshots(time), time).volumes();
  }
}
