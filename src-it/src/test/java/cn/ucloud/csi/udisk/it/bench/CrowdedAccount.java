package cn.ucloud.csi.udisk.it.bench;

import csi.v1.ListVolumesResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work in an account that has disks of many others. */
final class CrowdedAccount implements Scenario {
  private static final int PAGE = 1000;

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path full = Files.createDirectory(directory.resolve("full"));
    int foreign = scale.foreignDisks();
    Samples alone;
    double callsAlone;
    try (BenchRegion region = BenchRegion.start(empty, scale, 1, 0)) {
      CallCounts counts = new CallCounts(region.simulator().calls());
      try (counts) {
        alone = creates(region, scale);
      }
      callsAlone = perCreate(counts, scale);
    }
    try (BenchRegion region = BenchRegion.start(full, scale, 5, foreign)) {
      CallCounts counts = new CallCounts(region.simulator().calls());
      Samples crowded;
      try (counts) {
        crowded = creates(region, scale);
      }
      report.add(
          "CreateVolume in an empty account", alone, "ms", Target.NONE, "one after the other");
      report.add(
          "CreateVolume among %d foreign disks".formatted(foreign),
          crowded,
          "ms",
          Target.atMost(Math.ceil(alone.median() * 1.05)),
          "one after the other; the aim is the empty account's median and 5 %");
      report.add(
          "calls of one CreateVolume and DeleteVolume among %d foreign disks".formatted(foreign),
          perCreate(counts, scale),
          "calls",
          Target.atMost(Math.ceil(callsAlone)),
          "the aim is the number in an empty account, rounded up");
      list(region, foreign, report);
      wait(region, scale, report);
    }
  }

  private static Samples creates(BenchRegion region, Scale scale) {
    Stopwatch watch = new Stopwatch();
    for (int i = 0; i < scale.repeats(); i++) {
      String name = "pvc-one-" + i;
      String id = watch.time("create", () -> region.life().create(name).getVolumeId());
      region.life().delete(id);
    }
    return watch.of("create");
  }

  private static double perCreate(CallCounts counts, Scale scale) {
    return (double) (counts.readCount() + counts.mutationCount()) / scale.repeats();
  }

  private static void list(BenchRegion region, int foreign, Report report) {
    Stopwatch watch = new Stopwatch();
    int first = watch.time("first", () -> listAll(region.life()));
    int volumes = 0;
    for (int i = 0; i < 5; i++) {
      volumes = watch.time("list", () -> listAll(region.life()));
    }
    if (first != foreign || volumes != foreign) {
      throw new IllegalStateException("listed " + first + " and " + volumes);
    }
    report.add(
        "ListVolumes of %d disks".formatted(foreign),
        watch.of("list"),
        "ms",
        Target.atMost(1000),
        "all pages of %d, answered from one reading".formatted(PAGE));
    report.add(
        "ListVolumes of %d disks, the first time".formatted(foreign),
        watch.of("first"),
        "ms",
        Target.NONE,
        "with repeats: its pages are spread over four seconds, a few at once");
  }

  private static int listAll(VolumeLife life) {
    int count = 0;
    String token = "";
    do {
      ListVolumesResponse page = life.list(token, PAGE);
      count += page.getEntriesCount();
      token = page.getNextToken();
    } while (!token.isEmpty());
    return count;
  }

  /** Many wait for disks of which no page of the account shows more than one or two. */
  private static void wait(BenchRegion region, Scale scale, Report report) throws Exception {
    int volumes = scale.storms().getFirst();
    List<String> ids = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> made = new ArrayList<>();
      for (int i = 0; i < volumes; i++) {
        String name = "pvc-crowd-" + i;
        made.add(threads.submit(() -> region.life().create(name).getVolumeId()));
      }
      for (Future<String> each : made) {
        ids.add(each.get());
      }
    }
    Stopwatch watch = new Stopwatch();
    CallCounts counts = new CallCounts(region.simulator().calls());
    try (counts;
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> attached = new ArrayList<>();
      for (int i = 0; i < volumes; i++) {
        String id = ids.get(i);
        String host = BenchRegion.host(i % 5);
        attached.add(
            threads.submit(() -> watch.time("attach", () -> region.life().attach(id, host))));
      }
      for (Future<?> each : attached) {
        each.get();
      }
    }
    String what = "%d attaches at once among %d foreign disks";
    report.add(
        (what + ": describe calls each").formatted(volumes, scale.foreignDisks()),
        (double) counts.readCount() / volumes,
        "calls",
        Target.atMost(1.2),
        "%d in %.0f s: %s".formatted(counts.readCount(), counts.seconds(), counts.readsByKind()));
    Samples samples = watch.of("attach");
    report.add(
        (what + ": p50").formatted(volumes, scale.foreignDisks()),
        samples.median(),
        "ms",
        samples.spread());
  }
}
