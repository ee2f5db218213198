package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.controller.polling.Poller;
import cn.ucloud.csi.udisk.controller.polling.RecentChanges;
import cn.ucloud.csi.udisk.controller.polling.StaleReads;
import cn.ucloud.csi.udisk.controller.polling.Timing;

/** What all that changes disks and snapshots shares: the requests under way, and how it waits. */
public record WorkContext(
    UnansweredRequests unanswered,
    Poller poller,
    StaleReads staleReads,
    RecentChanges recentChanges,
    Timing timing,
    TimeSource pause) {
  public WorkContext(Timing timing, TimeSource pause) {
    this(timing, pause, new StaleReads(timing.lag(), pause));
  }

  private WorkContext(Timing timing, TimeSource pause, StaleReads staleReads) {
    this(
        new UnansweredRequests(timing.settle(), pause),
        new Poller(timing, pause),
        staleReads,
        new RecentChanges(staleReads, timing.settle(), pause),
        timing,
        pause);
  }

  public SendOnce sendOnce() {
    return new SendOnce(unanswered);
  }

  public SettledLookup lookup() {
    return new SettledLookup(unanswered, poller, timing);
  }
}
