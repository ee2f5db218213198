package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.grpc.GrpcCaller;
import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.health.VolumeHealth;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A quick region with eight hosts in real time, and one driver that many call at once. */
final class RealTimeRegion implements AutoCloseable {
  static final List<String> HOSTS =
      IntStream.range(0, 8).mapToObj(number -> "uhost-" + number).toList();

  /** It takes one disk at a time. */
  static final String SLOW_HOST = HOSTS.getLast();

  /** It takes very few. */
  private static final String SMALL_HOST = HOSTS.getFirst();

  private static final Duration STEP = Duration.ofMillis(30);
  private static final Duration LAG = Duration.ofMillis(40);

  /** When a late request is done; well before it has settled. */
  static final Duration LATE = Duration.ofMillis(150);

  /** How old a stale read is, beside the lag of all of them; a busy machine adds to it. */
  static final Duration STALE = Duration.ofMillis(150);

  private static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(1),
          Duration.ofMillis(900),
          Duration.ofMillis(500),
          Duration.ofSeconds(20),
          Duration.ofMillis(10),
          Duration.ofMillis(60));

  final Simulator simulator;
  final ControllerService driver;

  /**
   * @param tap hears of every request before it is sent
   */
  RealTimeRegion(Path directory, Runnable tap) {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(directory)
                .withDelays(Delays.all(STEP).withListingLag(LAG))
                .withHosts(HOSTS.stream().map(RealTimeRegion::host).toArray(HostSpec[]::new)));
    Operations operations = new Operations(Duration.ofMinutes(2), GrpcCaller::new);
    Credentials keys =
        new Credentials(
            "simulator-public-key", Secret.of("simulator-private-key"), Optional.empty());
    UCloudClient client =
        new UCloudClient(
            new UCloudConfig(
                simulator.endpoint(),
                VirtualTimeRegion.REGION,
                Optional.of("org-simulator"),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60)),
            () -> {
              tap.run();
              return keys;
            },
            new ApiRateLimits(new Haste()),
            (_, _, _) -> {},
            operations.permissionToSend(),
            Duration.ofMillis(1));
    Storage storage =
        Storage.of(
            client,
            ClusterView.none(),
            TIMING,
            DeletionRule.KEEP_WITH_SNAPSHOTS,
            TimeSource.real(),
            work -> Thread.ofVirtual().start(work));
    driver =
        new ControllerService(
            VirtualTimeRegion.REGION,
            VirtualTimeRegion.CLUSTER,
            operations,
            storage,
            new VolumeHealth(storage.volumes(), PublishedNodes.none(), List::of));
  }

  private static HostSpec host(String id) {
    return HostSpec.of(id, VirtualTimeRegion.ZONE)
        .withIp("10.9.1." + HOSTS.indexOf(id))
        .withDiskLimit(id.equals(SMALL_HOST) ? 3 : 26)
        .withOneAtATime(id.equals(SLOW_HOST));
  }

  @Override
  public void close() {
    simulator.faults().release();
    simulator.close();
  }

  /** A clock that runs much too fast: the pace is not what is tested here. */
  private static final class Haste implements TimeSource {
    @Override
    public long now() {
      return System.nanoTime() * 1000;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      TimeSource.real().sleep(duration.dividedBy(1000));
    }
  }
}
