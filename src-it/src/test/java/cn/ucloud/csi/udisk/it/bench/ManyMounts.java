package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.it.FreePort;
import cn.ucloud.csi.udisk.it.MetricsPage;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What other programs' mounts cost a node, in their namespaces and in its own. */
final class ManyMounts implements Scenario {
  private static final String HOST = "uhost-0";
  private static final Target SECOND = Target.atMost(1000);

  /** Calls of one node, and what processor time each kind of them took it. */
  private record Timed(Started node, Stopwatch watch, Map<String, Duration> processor) {
    static Timed of(Started node) {
      return new Timed(node, new Stopwatch(), new HashMap<>());
    }

    void time(String call, Runnable action) {
      Duration before = Usage.of(node.pid()).cpu();
      watch.time(call, action);
      Duration taken = Usage.of(node.pid()).cpu().minus(before);
      processor.merge(call, taken, Duration::plus);
    }

    void tell(Report report, String call, String where) {
      Samples times = watch.of(call);
      report.add(
          call + " " + where,
          times.quantile(1),
          "ms",
          SECOND,
          "longest, %s; median %.0f; processor time %.0f each, of the JVM alone"
              .formatted(
                  times.spread(),
                  times.median(),
                  (double) processor.getOrDefault(call, Duration.ZERO).toMillis()
                      / times.sorted().size()));
    }

    void tellMemory(Report report, String where) {
      Usage usage = Usage.of(node.pid());
      report.add(
          "node: RSS " + where,
          usage.residentMb(),
          "MB",
          "VmRSS, once, after all that; anonymous %.0f MB".formatted(usage.anonymousMb()));
    }
  }

  /** A node, and the volume that it is called for. */
  private record Place(BenchNode starter, String id, Path device, Path directory) {
    Path staging() {
      return directory.resolve("kubelet/globalmount");
    }

    Path target() {
      return directory.resolve("kubelet/mount");
    }
  }

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    SimulatorConfig config =
        SimulatorConfig.defaults(directory.resolve("region"))
            .withHypervisor(HypervisorKind.LOOP)
            .withDelays(Delays.all(Duration.ofMillis(20)))
            .withHosts(HostSpec.of(HOST, BenchRegion.ZONE));
    try (BenchRegion region = BenchRegion.start(directory, config, 0)) {
      VolumeLife life = region.life();
      String id = life.create("pvc-mounts").getVolumeId();
      String letter = life.attach(id, HOST).getOrDefault("deviceName", "none");
      Path device = region.simulator().guestRoot(HOST).resolve("dev").resolve(letter);
      BenchNode starter = new BenchNode(region.simulator(), HOST, directory, FreePort.take());
      Place place = new Place(starter, id, device, directory);
      Files.createDirectories(place.staging());
      try {
        for (int namespaces : List.of(0, 2, 16)) {
          beside(namespaces, place, scale, report);
        }
        among(place, scale, report);
      } finally {
        life.detach(id, HOST);
        life.delete(id);
      }
    }
  }

  private static void beside(int namespaces, Place place, Scale scale, Report report)
      throws IOException {
    Deque<CrowdedNamespace> others = new ArrayDeque<>();
    try (Started node = place.starter().start(BenchNode.Profile.STANDARD)) {
      long mounts = 0;
      for (int i = 0; i < namespaces; i++) {
        Path foreign = Files.createDirectories(place.directory().resolve("foreign"));
        others.add(CrowdedNamespace.with(scale.foreignMounts() / namespaces, foreign));
        mounts += others.getLast().mounts();
      }
      String neighbours = "%d foreign mounts in %d namespaces".formatted(mounts, namespaces);
      VolumeCalls calls = VolumeCalls.on(node.socket(), VolumeLife.EXT4);
      Timed timed = Timed.of(node);
      for (int i = 0; i < scale.repeats(); i++) {
        calls.stage(place.id(), place.device(), place.staging());
        if (namespaces > 0) {
          refuse(others.getLast(), place, calls, timed);
        }
        timed.time("unstage", () -> calls.unstage(place.id(), place.staging()));
      }
      timed.tell(report, "unstage", "beside " + neighbours);
      if (namespaces > 0) {
        timed.tell(
            report, "refused unstage", "beside " + neighbours + ", the last being the volume's");
      }
      timed.tellMemory(report, "beside " + neighbours);
    } finally {
      others.forEach(CrowdedNamespace::close);
    }
  }

  /** The kernel says that the disk is in use, so who has it is looked for everywhere. */
  private static void refuse(CrowdedNamespace holder, Place place, VolumeCalls calls, Timed timed)
      throws IOException {
    Path elsewhere = Files.createDirectories(place.directory().resolve("elsewhere"));
    holder.run("mount", place.device().toRealPath().toString(), elsewhere.toString());
    timed.time(
        "refused unstage",
        () -> {
          try {
            calls.unstage(place.id(), place.staging());
          } catch (StatusRuntimeException e) {
            if (String.valueOf(e.getMessage()).contains("at " + elsewhere)) {
              return;
            }
            throw e;
          }
          throw new IllegalStateException("what somebody else has mounted counts as unstaged");
        });
    holder.run("umount", elsewhere.toString());
  }

  private static void among(Place place, Scale scale, Report report) throws IOException {
    Path own = Files.createDirectories(place.directory().resolve("own"));
    try (CrowdedNamespace namespace = CrowdedNamespace.with(scale.foreignMounts() / 4, own);
        Started node = place.starter().start(BenchNode.Profile.STANDARD, namespace.enter())) {
      String where = "with %d mounts in its own namespace".formatted(namespace.mounts());
      VolumeCalls calls = VolumeCalls.on(node.socket(), VolumeLife.EXT4);
      Timed timed = Timed.of(node);
      for (int i = 0; i < scale.repeats(); i++) {
        timed.time("stage", () -> calls.stage(place.id(), place.device(), place.staging()));
        timed.time(
            "publish",
            () -> calls.publish(place.id(), place.device(), place.staging(), place.target()));
        timed.time(
            "metrics",
            () -> {
              var _ = MetricsPage.read(place.starter().httpPort());
            });
        timed.time("unpublish", () -> calls.unpublish(place.id(), place.target()));
        timed.time("unstage", () -> calls.unstage(place.id(), place.staging()));
      }
      for (String call : List.of("stage", "publish", "metrics", "unpublish", "unstage")) {
        timed.tell(report, call, where);
      }
      timed.tellMemory(report, where);
    }
  }
}
