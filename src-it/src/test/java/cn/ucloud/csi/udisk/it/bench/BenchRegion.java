package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Limits;
import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskOrder;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.store.Json;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A simulated region, and a controller process in it. */
final class BenchRegion implements AutoCloseable {
  static final String REGION = "cn-bj2";
  static final String ZONE = "cn-bj2-02";

  private final Simulator simulator;
  private final Started controller;
  private final Clock clock;

  /** What the cloud's own steps take. */
  record Clock(Duration create, Duration attach) {}

  private BenchRegion(Simulator simulator, Started controller, Clock clock) {
    this.simulator = simulator;
    this.controller = controller;
    this.clock = clock;
  }

  /**
   * A region without block devices.
   *
   * @param hosts how many, each for 20 volumes or more
   * @param foreignDisks that are in the account already
   */
  static BenchRegion start(Path directory, Scale scale, int hosts, int foreignDisks) {
    HostSpec[] specs =
        IntStream.range(0, hosts)
            .mapToObj(i -> HostSpec.of(host(i), ZONE).withIp("10.9.%d.1".formatted(i)))
            .toArray(HostSpec[]::new);
    SimulatorConfig config =
        SimulatorConfig.defaults(directory.resolve("region"))
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
            .withHosts(specs);
    return start(directory, config, foreignDisks);
  }

  /** A region as configured. */
  static BenchRegion start(Path directory, SimulatorConfig config, int foreignDisks) {
    seed(config.stateDir(), foreignDisks);
    Simulator simulator = Simulator.start(config);
    Path socket = directory.resolve("controller.sock");
    List<String> arguments = new ArrayList<>(List.of("controller"));
    arguments.addAll(List.of("--csi-endpoint", "unix://" + socket));
    arguments.addAll(List.of("--http-listen", "127.0.0.1:0"));
    arguments.addAll(List.of("--ucloud-api-endpoint", simulator.endpoint().toString()));
    arguments.addAll(List.of("--ucloud-region-id", REGION));
    arguments.addAll(List.of("--ucloud-project-id", "org-simulator"));
    arguments.addAll(List.of("--ucloud-uk8s-cluster-id", "uk8s-bench"));
    arguments.addAll(List.of("--create-settle", "1ms"));
    arguments.addAll(List.of("--leader-election", "false"));
    try {
      Started controller =
          Started.await(
              arguments,
              socket,
              directory.resolve("controller.log"),
              Map.of(
                  "UCLOUD_API_PUBKEY", "simulator-public-key",
                  "UCLOUD_API_PRIKEY", "simulator-private-key"));
      return new BenchRegion(
          simulator, controller, new Clock(config.delays().create(), config.delays().attach()));
    } catch (RuntimeException e) {
      simulator.close();
      throw e;
    }
  }

  static String host(int index) {
    return "uhost-" + index;
  }

  /** Disks of somebody else, as an earlier run of the simulator would have left them. */
  private static void seed(Path stateDir, int disks) {
    for (int i = 0; i < disks; i++) {
      seed(stateDir, i, "bsm-other%05d".formatted(i), "other-" + i, null);
    }
  }

  /** A disk as an earlier run of the simulator would have left it. */
  static void seed(
      Path stateDir, int number, String id, String name, @Nullable Attachment attachment) {
    DiskOrder order = new DiskOrder(ZONE, name, 20, DiskType.SSD, "Dynamic", "Default", "");
    Disk disk =
        new Disk(
            id,
            number + 1,
            Instant.EPOCH.plus(Duration.ofDays(20_000)),
            false,
            order,
            attachment == null ? DiskStatus.AVAILABLE : DiskStatus.IN_USE,
            attachment,
            null,
            false);
    try {
      StateDirectory.replace(
          stateDir.resolve("records/disks").resolve(id + ".json"),
          Json.MAPPER.writeValueAsBytes(Map.of("disk", disk, "earlier", List.of())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Simulator simulator() {
    return simulator;
  }

  Started controller() {
    return controller;
  }

  Clock clock() {
    return clock;
  }

  VolumeLife life() {
    return new VolumeLife(controller.socket());
  }

  @Override
  public void close() {
    controller.close();
    simulator.close();
  }
}
