package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;

/** What all work on disks and snapshots shares: its orders under way, and its patience. */
record Waiting(
    Unsettled unsettled,
    Polling polling,
    StaleReads staleReads,
    LastSeen lastSeen,
    HostQueue hosts,
    Timing timing,
    Pause pause) {
  Waiting(Timing timing, Pause pause) {
    this(timing, pause, new StaleReads(timing.lag(), pause));
  }

  private Waiting(Timing timing, Pause pause, StaleReads staleReads) {
    this(
        new Unsettled(timing.settle(), pause),
        new Polling(timing, pause),
        staleReads,
        new LastSeen(staleReads, timing.settle(), pause),
        new HostQueue(pause),
        timing,
        pause);
  }

  SendOnce sendOnce() {
    return new SendOnce(unsettled);
  }

  SettledLookup lookup() {
    return new SettledLookup(unsettled, polling, timing);
  }
}
