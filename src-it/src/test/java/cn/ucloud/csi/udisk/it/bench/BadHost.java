package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.fault.Fault;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One host that never takes a disk: what it costs those of the other hosts. */
final class BadHost implements Scenario {
  private static final int HOSTS = 5;
  private static final String BAD = BenchRegion.host(0);

  /** The host is busy with another disk, for ever. */
  private static final int BUSY = 8979;

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    int volumes = scale.storms().getFirst() / HOSTS * HOSTS + HOSTS;
    Samples good =
        attaches(Files.createDirectory(directory.resolve("good")), scale, volumes, false);
    Samples bad = attaches(Files.createDirectory(directory.resolve("bad")), scale, volumes, true);
    String how =
        "%d attaches at once to %d hosts; of the hosts that work".formatted(volumes, HOSTS);
    report.add("attach while all hosts work", good, "ms", Target.NONE, how);
    report.add(
        "attach while one of %d hosts takes no disk".formatted(HOSTS),
        bad,
        "ms",
        Target.atMost(Math.ceil(good.median() * 1.1)),
        how + "; the aim is the median without a bad host and 10 %");
    report.add(
        "attach while one of %d hosts takes no disk, p99".formatted(HOSTS),
        bad.quantile(0.99),
        "ms",
        Target.atMost(Math.ceil(good.quantile(0.99) * 1.1)),
        how + "; the aim is the p99 without a bad host and 10 %");
  }

  private static Samples attaches(Path directory, Scale scale, int volumes, boolean isOneBad)
      throws Exception {
    Stopwatch watch = new Stopwatch();
    try (BenchRegion region = BenchRegion.start(directory, scale, HOSTS, 0)) {
      VolumeLife life = region.life();
      List<String> ids = create(life, volumes);
      if (isOneBad) {
        region
            .simulator()
            .faults()
            .add(
                Fault.retCode("AttachUDisk", BUSY)
                    .times(Integer.MAX_VALUE)
                    .matching("HostId", BAD));
      }
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      try {
        List<Future<?>> awaited = new ArrayList<>();
        for (int i = 0; i < volumes; i++) {
          String id = ids.get(i);
          String host = BenchRegion.host(i % HOSTS);
          Runnable attach = () -> life.attach(id, host);
          if (host.equals(BAD)) {
            var _ = threads.submit(() -> tryTo(attach));
          } else {
            awaited.add(threads.submit(() -> watch.time("attach", attach)));
          }
        }
        for (Future<?> each : awaited) {
          each.get();
        }
      } finally {
        threads.shutdownNow();
      }
    }
    return watch.of("attach");
  }

  private static List<String> create(VolumeLife life, int volumes) throws Exception {
    List<Future<String>> made = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < volumes; i++) {
        String name = "pvc-host-" + i;
        made.add(threads.submit(() -> life.create(name).getVolumeId()));
      }
    }
    List<String> ids = new ArrayList<>();
    for (Future<String> each : made) {
      ids.add(each.get());
    }
    return ids;
  }

  private static void tryTo(Runnable attach) {
    try {
      attach.run();
    } catch (StatusRuntimeException | IllegalStateException _) {
      // nothing else was expected; it ends with its controller
    }
  }
}
