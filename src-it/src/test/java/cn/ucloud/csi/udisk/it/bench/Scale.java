package cn.ucloud.csi.udisk.it.bench;

import java.time.Duration;
import java.util.List;

/**
 * How large a run is.
 *
 * @param storms volumes in each storm
 * @param foreignDisks in a crowded account
 * @param clusters in which a controller must live
 * @param foreignMounts of other programs on a node; a power of two
 * @param repeats of what is short
 * @param calls after which memory is looked at
 * @param idle how long a process is watched while it does nothing
 * @param pace what the cloud's own times are divided by
 */
record Scale(
    List<Integer> storms,
    int foreignDisks,
    List<ClusterSize.Size> clusters,
    int foreignMounts,
    int repeats,
    int calls,
    Duration idle,
    int pace) {
  static final Scale FULL =
      new Scale(
          List.of(100, 1000),
          10_000,
          List.of(
              new ClusterSize.Size(1_000, 20_000, 384, 1_000),
              new ClusterSize.Size(5_000, 100_000, 1024, 1_000)),
          1 << 17,
          15,
          10_000,
          Duration.ofMinutes(1),
          1);

  /** Just enough to see that each scenario works. */
  static final Scale SMOKE =
      new Scale(
          List.of(4),
          120,
          List.of(new ClusterSize.Size(300, 3_000, 384, 4)),
          1 << 6,
          1,
          20,
          Duration.ofMillis(100),
          20);

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
