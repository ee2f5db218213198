package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.it.FreePort;
import cn.ucloud.csi.udisk.it.MetricsPage;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Limits;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a large cluster costs the controller: its start, the expiry of all watches, a storm, in the
 * memory that its container may have.
 */
final class ClusterSize implements Scenario {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int VOLUMES_PER_HOST = 20;
  private static final Pattern KNOWN = Pattern.compile("the cluster is known after (\\d+) ms");

  /**
   * A cluster, and the memory for it.
   *
   * @param limit of the container, in MB
   */
  record Size(int nodes, int volumes, int limit, int storm) {

    @Override
    public String toString() {
      return "%d nodes, %d volumes, limit %d MB".formatted(nodes, volumes, limit);
    }
  }

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    for (Size size : scale.clusters()) {
      Path own = Files.createDirectory(directory.resolve("of-" + size.nodes));
      try (LargeCluster cluster = new LargeCluster(size.nodes, size.volumes);
          Simulator simulator = Simulator.start(config(own, scale, size))) {
        measure(own, size, cluster, simulator, report);
      }
    }
  }

  private static SimulatorConfig config(Path directory, Scale scale, Size size) {
    return SimulatorConfig.defaults(directory.resolve("region"))
        .withHypervisor(HypervisorKind.NONE)
        .withDelays(
            new Delays(
                scale.create(),
                scale.attach(),
                scale.attach(),
                Duration.ZERO,
                scale.create(),
                Duration.ZERO))
        .withLimits(new Limits(100_000, null, scale.mutationsPerSecond()))
        .withHosts(
            IntStream.range(0, size.storm / VOLUMES_PER_HOST + 1)
                .mapToObj(i -> HostSpec.of(BenchRegion.host(i), BenchRegion.ZONE))
                .toArray(HostSpec[]::new));
  }

  private static void measure(
      Path directory, Size size, LargeCluster cluster, Simulator simulator, Report report)
      throws Exception {
    int port = FreePort.take();
    try (Started controller = start(directory, size, cluster, simulator, port)) {
      await(controller, () -> findKnown(directory).isPresent());
      report.add(
          size + ": known after the lease",
          findKnown(directory).orElseThrow() / 1e3,
          "s",
          Target.atMost(20),
          "as its log says, by its own clock");
      memory(size, "after the start", controller, port, report);
      cluster.expireWatches();
      long expired = System.nanoTime();
      await(controller, cluster::wasListedAgain);
      report.add(
          size + ": listed again after all watches expired",
          (System.nanoTime() - expired) / 1e9,
          "s",
          "410 to all four, until the last part of the last list was sent");
      memory(size, "after all watches expired", controller, port, report);
      storm(size, new VolumeLife(controller.socket()));
      memory(size, "after a storm of " + size.storm, controller, port, report);
    }
  }

  private static Started start(
      Path directory, Size size, LargeCluster cluster, Simulator simulator, int port)
      throws IOException {
    Path socket = directory.resolve("controller.sock");
    List<String> arguments = new ArrayList<>(List.of("controller"));
    arguments.addAll(List.of("--csi-endpoint", "unix://" + socket));
    arguments.addAll(List.of("--http-listen", "127.0.0.1:" + port));
    arguments.addAll(List.of("--kubeconfig", cluster.kubeconfig(directory).toString()));
    arguments.addAll(List.of("--ucloud-api-endpoint", simulator.endpoint().toString()));
    arguments.addAll(List.of("--ucloud-region-id", BenchRegion.REGION));
    arguments.addAll(List.of("--ucloud-project-id", "org-simulator"));
    arguments.addAll(List.of("--ucloud-uk8s-cluster-id", "uk8s-bench"));
    arguments.addAll(List.of("--create-settle", "1ms"));
    return Started.await(
        arguments,
        socket,
        log(directory),
        Map.of(
            // What the JVM finds as the limit of its container.
            "JAVA_TOOL_OPTIONS", "-XX:MaxRAM=%dm".formatted(size.limit),
            "UCLOUD_API_PUBKEY", "simulator-public-key",
            "UCLOUD_API_PRIKEY", "simulator-private-key"));
  }

  private static Path log(Path directory) {
    return directory.resolve("controller.log");
  }

  /** After how many milliseconds it knew all of its cluster. */
  private static OptionalLong findKnown(Path directory) {
    try (Stream<String> lines = Files.lines(log(directory))) {
      return lines
          .map(KNOWN::matcher)
          .filter(Matcher::find)
          .mapToLong(found -> Long.parseLong(found.group(1)))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void memory(Size size, String when, Started controller, int port, Report report)
      throws IOException, InterruptedException {
    double resident = Usage.of(controller.pid()).residentMb();
    Process collection =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(controller.pid()),
                "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int failed = collection.waitFor();
    if (failed != 0) {
      throw new IllegalStateException("jcmd GC.run ended with " + failed);
    }
    MetricsPage page = MetricsPage.read(port);
    double live =
        Stream.of("Eden Space", "Survivor Space", "Tenured Gen")
            .mapToDouble(pool ->
                page.value("jvm_memory_pool_collection_used_bytes{pool=\"%s\"}".formatted(pool)))
            .sum();
    report.add(
        "%s: live heap %s".formatted(size, when),
        live / (1 << 20),
        "MB",
        size.nodes <= 1000 ? Target.atMost(64) : Target.NONE,
        "jvm_memory_pool_collection_used_bytes after jcmd GC.run");
    report.add(
        "%s: RSS %s".formatted(size, when),
        resident,
        "MB",
        Target.atMost(Math.floor(size.limit * 0.7)),
        "VmRSS before that collection; the aim is 70 % of the limit, which the JVM is told");
  }

  private static void storm(Size size, VolumeLife life) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < size.storm; i++) {
        String name = "pvc-size-" + i;
        String host = BenchRegion.host(i / VOLUMES_PER_HOST);
        all.add(threads.submit(() -> life.attach(life.create(name).getVolumeId(), host)));
      }
    }
    for (Future<?> each : all) {
      var _ = each.get();
    }
  }

  private static void await(Started controller, BooleanSupplier condition)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      boolean isAlive =
          ProcessHandle.of(controller.pid()).map(ProcessHandle::isAlive).orElse(false);
      if (!isAlive || System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException("the controller has died, or does not come to it");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
