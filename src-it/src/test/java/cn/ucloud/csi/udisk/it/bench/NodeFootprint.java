package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a node process costs each node: start, memory, processor. */
final class NodeFootprint implements Scenario {
  private static final int CALLS_AT_ONCE = 3;

  /**
   * What a profile was aimed at.
   *
   * @param name for people
   */
  private record Bounds(String name, Target resident, Target anonymous, Target afterCalls) {
    static Bounds of(BenchNode.Profile profile) {
      return switch (profile) {
        case STANDARD ->
            new Bounds("node", Target.atMost(60), Target.atMost(28), Target.atMost(66));
        case SMALL -> new Bounds("small node", Target.atMost(50), Target.atMost(19), Target.NONE);
      };
    }
  }

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    SimulatorConfig config =
        SimulatorConfig.defaults(directory.resolve("region"))
            .withHosts(HostSpec.of("uhost-0", BenchRegion.ZONE));
    try (Simulator simulator = Simulator.start(config)) {
      BenchNode node = new BenchNode(simulator, "uhost-0", directory);
      for (BenchNode.Profile profile : BenchNode.Profile.values()) {
        Bounds bounds = Bounds.of(profile);
        start(node, profile, scale, report, bounds);
        live(node, profile, scale, report, bounds);
      }
    }
  }

  private static void start(
      BenchNode node, BenchNode.Profile profile, Scale scale, Report report, Bounds bounds) {
    List<Duration> probes = new ArrayList<>();
    List<Duration> processor = new ArrayList<>();
    for (int i = 0; i < scale.repeats(); i++) {
      try (Started started = node.start(profile)) {
        probes.add(started.untilProbe());
        processor.add(Usage.of(started.pid()).cpu());
      }
    }
    report.add(
        bounds.name + ": exec to first Probe",
        Samples.millis(probes),
        "ms",
        Target.atMost(300),
        "started as the image does, with a cache of scripts/aot");
    report.add(
        bounds.name + ": CPU until then",
        Samples.millis(processor),
        "ms",
        Target.NONE,
        "user and system; hardly depends on who else uses the machine");
  }

  private static void live(
      BenchNode node, BenchNode.Profile profile, Scale scale, Report report, Bounds bounds)
      throws InterruptedException {
    try (Started started = node.start(profile)) {
      BenchNode.ask(started.socket());
      TimeUnit.NANOSECONDS.sleep(scale.idle().toNanos() / 10);
      Usage idle = Usage.of(started.pid());
      TimeUnit.NANOSECONDS.sleep(scale.idle().toNanos());
      Usage later = Usage.of(started.pid());
      String once = "once, after it was registered as kubelet does";
      report.add(
          bounds.name + ": idle RSS", later.residentMb(), "MB", bounds.resident, "VmRSS, " + once);
      report.add(
          bounds.name + ": idle anonymous memory",
          later.anonymousMb(),
          "MB",
          bounds.anonymous,
          "Pss_Anon, " + once);
      report.add(
          bounds.name + ": CPU per idle minute",
          (later.cpu().toMillis() - idle.cpu().toMillis()) / (scale.idle().toMillis() / 60_000.0),
          "ms",
          "watched for %d s, in steps of 10 ms".formatted(scale.idle().toSeconds()));
      for (int i = 0; i < scale.calls(); i += CALLS_AT_ONCE) {
        BenchNode.ask(started.socket());
      }
      Usage worn = Usage.of(started.pid());
      report.add(
          "%s: RSS after %d calls".formatted(bounds.name, scale.calls()),
          worn.residentMb(),
          "MB",
          bounds.afterCalls,
          "VmRSS, once; Probe, NodeGetCapabilities and NodeGetInfo in turn, a connection each;"
              + " anonymous %.0f MB".formatted(worn.anonymousMb()));
    }
  }
}
