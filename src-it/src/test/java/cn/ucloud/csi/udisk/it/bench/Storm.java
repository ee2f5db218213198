package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many volumes live at once: created, attached, detached, deleted, each as soon as it can be. */
final class Storm implements Scenario {
  private static final int VOLUMES_PER_HOST = 20;
  private static final List<String> STEPS = List.of("create", "attach", "detach", "delete");

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    for (int volumes : scale.storms()) {
      Path own = Files.createDirectory(directory.resolve(Integer.toString(volumes)));
      run(own, scale, report, volumes);
    }
  }

  private static void run(Path directory, Scale scale, Report report, int volumes)
      throws Exception {
    int hosts = (volumes + VOLUMES_PER_HOST - 1) / VOLUMES_PER_HOST;
    String storm = "storm of " + volumes;
    try (BenchRegion region = BenchRegion.start(directory, scale, hosts, 0)) {
      Usage idle = Usage.of(region.controller().pid());
      Stopwatch watch = new Stopwatch();
      CallCounts counts = new CallCounts(region.simulator().calls());
      try (counts) {
        blow(region.life(), watch, volumes, hosts);
      }
      tell(report, storm, counts, watch, 4 * volumes, scale.mutationsPerSecond());
      tellMemory(report, storm, idle, Usage.of(region.controller().pid()));
      requireNothingLeft(region.simulator());
    }
  }

  private static void blow(VolumeLife life, Stopwatch watch, int volumes, int hosts)
      throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < volumes; i++) {
        String name = "pvc-storm-" + i;
        String host = BenchRegion.host(i % hosts);
        all.add(threads.submit(() -> live(life, watch, name, host)));
      }
    }
    for (Future<?> each : all) {
      each.get();
    }
  }

  private static void live(VolumeLife life, Stopwatch watch, String name, String host) {
    String id = watch.time("create", () -> life.create(name).getVolumeId());
    var _ = watch.time("attach", () -> life.attach(id, host));
    watch.time("detach", () -> life.detach(id, host));
    watch.time("delete", () -> life.delete(id));
  }

  private static void tell(
      Report report,
      String storm,
      CallCounts counts,
      Stopwatch watch,
      int operations,
      double permitted) {
    report.add(
        storm + ": mutating calls per finished operation",
        (double) counts.mutationCount() / operations,
        "calls",
        Target.atMost(1.05),
        "%d calls for %d operations, %d of them refused by the rate limit (153)"
            .formatted(counts.mutationCount(), operations, counts.refused()));
    report.add(
        storm + ": describe calls per finished operation",
        (double) counts.readCount() / operations,
        "calls",
        Target.atMost(1.2),
        String.format(
            Locale.ROOT,
            "%d in %.0f s: %s",
            counts.readCount(),
            counts.seconds(),
            counts.readsByKind()));
    report.add(
        storm + ": share of the permitted mutating calls used",
        100 * counts.mutationsPerSecond() / permitted,
        "%",
        Target.atLeast(90),
        String.format(
            Locale.ROOT,
            "%.1f of %.0f a second, over the middle 80 %% of the calls",
            counts.mutationsPerSecond(),
            permitted));
    for (String step : STEPS) {
      Samples samples = watch.of(step);
      report.add(storm + ": " + step + " p50", samples.median(), "ms", samples.spread());
      report.add(storm + ": " + step + " p99", samples.quantile(0.99), "ms", "the same");
    }
  }

  private static void tellMemory(Report report, String storm, Usage idle, Usage after) {
    report.add(storm + ": controller RSS before", idle.residentMb(), "MB", "VmRSS, once");
    report.add(
        storm + ": controller RSS after",
        after.residentMb(),
        "MB",
        String.format(
            Locale.ROOT,
            "VmRSS, once; anonymous %.0f before, %.0f after; %.1f s of CPU",
            idle.anonymousMb(),
            after.anonymousMb(),
            after.cpu().toMillis() / 1000.0));
  }

  private static void requireNothingLeft(Simulator simulator) {
    long left = simulator.state().disks().stream().filter(disk -> !disk.boot()).count();
    if (left != 0) {
      throw new IllegalStateException(left + " disks are left");
    }
  }
}
