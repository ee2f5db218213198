package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Limits;
import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What an administrator waits for in a large cluster, and what the program takes meanwhile beside
 * the controller whose container it shares.
 */
final class KubectlUdisk implements Scenario {
  private static final int KIB_OF_A_MB = 1024;
  private static final int NODES_OF_A_SMALL_ONE = 25;
  private static final int VOLUMES_THERE = 500;

  /** What one run took; the processor's time in steps of 10 ms. */
  private record Run(double seconds, double cpuSeconds, double peakMb, int lines) {}

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    ClusterSize.Size large = scale.clusters().getFirst();
    try (Place place = Place.of(directory.resolve("large"), large.nodes(), large.volumes())) {
      place.ask(report, Target.atMost(10), Target.NONE, "status");
      place.ask(report, Target.atMost(5), Target.NONE, "map", "-n", "shop-5");
    }
    try (Place place = Place.of(directory.resolve("small"), NODES_OF_A_SMALL_ONE, VOLUMES_THERE)) {
      place.ask(report, Target.NONE, Target.atMost(2), "map", "-A");
    }
  }

  /** A cluster and a region with the same disks, each attached where its pod runs. */
  private record Place(
      Path directory, int nodes, int volumes, LargeCluster cluster, Simulator simulator)
      implements AutoCloseable {

    static Place of(Path directory, int nodes, int volumes) throws IOException {
      Path state = Files.createDirectory(directory).resolve("region");
      for (int i = 0; i < volumes; i++) {
        String letter = "vd" + (char) ('b' + i / nodes);
        BenchRegion.seed(
            state,
            i,
            LargeObjects.disk(i),
            LargeObjects.volume(i) + "_uk8s-bench",
            new Attachment(BenchRegion.host(i % nodes), letter, letter));
      }
      SimulatorConfig config =
          SimulatorConfig.defaults(state)
              .withHypervisor(HypervisorKind.NONE)
              .withLimits(new Limits(100_000, null, 100.0))
              .withHosts(
                  IntStream.range(0, nodes)
                      .mapToObj(i ->
                          HostSpec.of(BenchRegion.host(i), BenchRegion.ZONE)
                              .withIp(LargeObjects.nodeName(i)))
                      .toArray(HostSpec[]::new));
      return new Place(
          directory,
          nodes,
          volumes,
          LargeCluster.withPods(nodes, volumes),
          Simulator.start(config));
    }

    private void ask(Report report, Target time, Target processor, String... question)
        throws IOException, InterruptedException {
      String what =
          "kubectl udisk %s, %d nodes, %d volumes"
              .formatted(String.join(" ", question), nodes, volumes);
      CallCounts counts = new CallCounts(simulator.calls());
      Run run;
      try (counts) {
        run = KubectlUdisk.ask(List.of(question), variables(), directory.resolve("screen"));
      }
      String how =
          "once, from exec to exit, by the image's script; %d lines, %d requests to the cloud"
              .formatted(run.lines, counts.readCount());
      report.add(what, run.seconds, "s", time, how);
      report.add(
          what + ": processor", run.cpuSeconds, "s", processor, "user and system, until it ends");
      report.add(what + ": RSS", run.peakMb, "MB", "VmHWM; its heap has at most 96 MB");
    }

    private Map<String, String> variables() throws IOException {
      return Map.of(
          "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
          "JAVA_HOME", System.getProperty("java.home"),
          "KUBECONFIG", cluster.kubeconfig(directory).toString(),
          "UCLOUD_API_ENDPOINT", simulator.endpoint().toString(),
          "UCLOUD_REGION_ID", BenchRegion.REGION,
          "UCLOUD_PROJECT_ID", "org-simulator",
          "UCLOUD_UK8S_CLUSTER_ID", "uk8s-bench",
          "UCLOUD_API_PUBKEY", "simulator-public-key",
          "UCLOUD_API_PRIKEY", "simulator-private-key");
    }

    @Override
    public void close() {
      cluster.close();
      simulator.close();
    }
  }

  /** Its end is seen at most 5 ms late. */
  private static Run ask(List<String> question, Map<String, String> variables, Path screen)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Started.LAUNCH_SCRIPT.toString(), "admin"));
    command.addAll(question);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(screen.toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    long begun = System.nanoTime();
    Process process = builder.start();
    Duration cpu = Duration.ZERO;
    double peak = 0;
    while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
      cpu = process.info().totalCpuDuration().orElse(cpu);
      peak = Math.max(peak, peakKibibytes(process.pid()));
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    List<String> lines = Files.readAllLines(screen);
    if (process.exitValue() > 3) { // findings are no failure
      throw new IllegalStateException("it failed:\n" + String.join("\n", lines));
    }
    return new Run(seconds, cpu.toMillis() / 1e3, peak / KIB_OF_A_MB, lines.size());
  }

  private static double peakKibibytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException _) { // it has just ended
      return 0;
    }
  }
}
