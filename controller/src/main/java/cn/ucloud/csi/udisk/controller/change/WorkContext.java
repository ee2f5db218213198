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
    TimeSource time) {
  /** For a process whose requests nobody notes. */
  public WorkContext(Timing timing, TimeSource time) {
    this(timing, time, RequestJournal.NONE);
  }

  public WorkContext(Timing timing, TimeSource time, RequestJournal journal) {
    this(timing, time, journal, new StaleReads(timing.lag(), time));
  }

  private WorkContext(
      Timing timing, TimeSource time, RequestJournal journal, StaleReads staleReads) {
    this(
        new UnansweredRequests(timing, staleReads, journal, time),
        new Poller(timing, time),
        staleReads,
        new RecentChanges(staleReads, timing.settle(), time),
        timing,
        time);
  }

  public SendOnce sendOnce() {
    return new SendOnce(unanswered);
  }

  public SettledLookup lookup() {
    return new SettledLookup(unanswered, poller, timing);
  }
}
