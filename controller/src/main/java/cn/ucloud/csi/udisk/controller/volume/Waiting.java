package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;

/** What all work on disks and snapshots shares: its orders under way, and its patience. */
record Waiting(
    Unsettled unsettled,
    Polling polling,
    LastSeen lastSeen,
    HostQueue hosts,
    Timing timing,
    Pause pause) {
  Waiting(Timing timing, Pause pause) {
    this(
        new Unsettled(timing.settle(), pause),
        new Polling(timing, pause),
        new LastSeen(timing.settle(), pause),
        new HostQueue(pause),
        timing,
        pause);
  }

  SettledLookup lookup() {
    return new SettledLookup(unsettled, polling, timing);
  }
}
