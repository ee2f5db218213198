package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDiskSnapshot;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Limits;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskOrder;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import cn.ucloud.csi.udisk.simulator.model.SnapshotStatus;
import cn.ucloud.csi.udisk.simulator.store.Json;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import csi.v1.VolumeContentSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Copies of one source at once, and a night's snapshots in an account where others take them. */
final class ManyCopies implements Scenario {
  private static final int RESTORES = 10;
  private static final int CLONES = 5;
  private static final Instant LONG_AGO = Instant.EPOCH.plus(Duration.ofDays(20_000));

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    Duration step = Duration.ofSeconds(10).dividedBy(scale.pace());
    int foreign = scale.foreignDisks() / 5;
    SimulatorConfig config =
        SimulatorConfig.defaults(directory.resolve("region"))
            .withHypervisor(HypervisorKind.NONE)
            .withDelays(Delays.all(step))
            .withLimits(new Limits(100_000, null, scale.mutationsPerSecond()))
            .withHosts(HostSpec.of(BenchRegion.host(0), BenchRegion.ZONE).withIp("10.9.0.1"));
    seed(config.stateDir(), foreign);
    try (BenchRegion region = BenchRegion.start(directory, config, 1000)) {
      copies(region, step, report);
      snapshots(region, Math.max(4, scale.storms().getFirst() * 60 / 100), foreign, report);
    }
  }

  private static void copies(BenchRegion region, Duration step, Report report) throws Exception {
    VolumeLife life = region.life();
    String source = life.create("pvc-source").getVolumeId();
    VolumeContentSource.Builder snapshot = VolumeContentSource.newBuilder();
    snapshot.getSnapshotBuilder().setSnapshotId(life.snapshot("snapshot-source", source));
    VolumeContentSource.Builder volume = VolumeContentSource.newBuilder();
    volume.getVolumeBuilder().setVolumeId(source);
    double seconds = step.toMillis() / 1000.0;
    report.add(
        "%d restores of one snapshot at once: last ready".formatted(RESTORES),
        atOnce(RESTORES, i -> life.copy("pvc-restored-" + i, snapshot.build()).getVolumeId()),
        "s",
        Target.atMost(seconds * 2.5),
        "each takes the cloud %.1f s".formatted(seconds));
    report.add(
        "%d clones of one volume at once: last ready".formatted(CLONES),
        atOnce(CLONES, i -> life.copy("pvc-cloned-" + i, volume.build()).getVolumeId()),
        "s",
        "the same, in a cloud that clones one volume once at a time");
  }

  private static void snapshots(BenchRegion region, int count, int foreign, Report report)
      throws Exception {
    VolumeLife life = region.life();
    List<String> volumes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> made = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String name = "pvc-nightly-" + i;
        made.add(threads.submit(() -> life.create(name).getVolumeId()));
      }
      for (Future<String> each : made) {
        volumes.add(each.get());
      }
    }
    CallCounts counts = new CallCounts(region.simulator().calls());
    CountDownLatch done = new CountDownLatch(1);
    Thread others = Thread.ofVirtual().start(() -> takeForeignOnes(region, done));
    double seconds;
    try (counts) {
      seconds = atOnce(count, i -> life.snapshot("snapshot-" + i, volumes.get(i)));
    } finally {
      done.countDown();
      others.join();
    }
    report.add(
        "%d snapshots at once among %d: last ready".formatted(count, foreign),
        seconds,
        "s",
        Target.atMost(60),
        "another one is taken every 2 s; %d describe calls: %s"
            .formatted(counts.readCount(), counts.readsByKind()));
  }

  /** The seconds until the last one is done. */
  private static double atOnce(int count, IntFunction<String> work) throws Exception {
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(threads.submit(() -> work.apply(number)));
      }
      for (Future<String> each : all) {
        each.get();
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static void takeForeignOnes(BenchRegion region, CountDownLatch done) {
    UCloudClient other =
        new UCloudClient(
            new UCloudConfig(
                region.simulator().endpoint(),
                BenchRegion.REGION,
                Optional.of("org-simulator"),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60)),
            () ->
                new Credentials(
                    "simulator-public-key", Secret.of("simulator-private-key"), Optional.empty()),
            new ApiRateLimits(TimeSource.real()),
            (_, _, _) -> {},
            Permission.always());
    try {
      for (int i = 0; !done.await(2, TimeUnit.SECONDS); i++) {
        var _ =
            other.call(
                new CreateUDiskSnapshot(
                    BenchRegion.ZONE, "bsm-other%05d".formatted(i), "theirs-" + i));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Snapshots of disks that are gone. */
  private static void seed(Path stateDir, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Disk source =
          new Disk(
              "bsm-gone%05d".formatted(i),
              i + 1,
              LONG_AGO,
              false,
              new DiskOrder(
                  BenchRegion.ZONE, "gone-" + i, 10, DiskType.SSD, "Dynamic", "Default", ""),
              DiskStatus.AVAILABLE,
              null,
              null,
              false);
      Snapshot snapshot =
          new Snapshot(
              "bsSnap-theirs%05d".formatted(i),
              i + 1,
              LONG_AGO,
              "theirs",
              "",
              source,
              SnapshotStatus.NORMAL,
              LONG_AGO);
      StateDirectory.replace(
          stateDir.resolve("records/snapshots").resolve(snapshot.id() + ".json"),
          Json.MAPPER.writeValueAsBytes(snapshot));
    }
  }
}
