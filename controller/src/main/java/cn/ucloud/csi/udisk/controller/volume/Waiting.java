package cn.ucloud.csi.udisk.controller.volume;

/** What all work on disks and snapshots shares: its orders under way, and its patience. */
record Waiting(Unsettled unsettled, Polling polling, Timing timing) {
  Waiting(Timing timing, Pause pause) {
    this(new Unsettled(timing.settle(), pause), new Polling(timing, pause), timing);
  }

  SettledLookup lookup() {
    return new SettledLookup(unsettled, polling, timing);
  }
}
