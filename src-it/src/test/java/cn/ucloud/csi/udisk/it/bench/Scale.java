package cn.ucloud.csi.udisk.it.bench;

import java.time.Duration;
import java.util.List;

/**
 * How large a run is.
 *
 * @param storms volumes in each storm
 * @param foreignDisks in a crowded account
 * @param repeats of what is short
 * @param calls after which memory is looked at
 * @param idle how long a process is watched while it does nothing
 * @param pace what the cloud's own times are divided by
 */
record Scale(
    List<Integer> storms, int foreignDisks, int repeats, int calls, Duration idle, int pace) {
  static final Scale FULL =
      new Scale(List.of(100, 1000), 10_000, 15, 10_000, Duration.ofMinutes(1), 1);

  /** Just enough to see that each scenario works. */
  static final Scale SMOKE = new Scale(List.of(4), 120, 1, 20, Duration.ofMillis(100), 20);

  Duration create() {
    return Duration.ofMillis(1500).dividedBy(pace);
  }

  Duration attach() {
    return Duration.ofSeconds(2).dividedBy(pace);
  }

  double mutationsPerSecond() {
    return 20.0 * pace;
  }
}
