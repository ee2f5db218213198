package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.NameFilter;
import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The real adapters before a simulated region, over HTTP, in time that passes only when the test
 * says so.
 */
final class SimulatedRegion implements ApiHarness {
  /** As often as the client sends what is refused for a moment. */
  private static final int EVERY_TRY = 8;

  private static final int FOR_EVER = 1_000_000;
  private static final List<String> READS =
      List.of(
          "DescribeUDisk",
          "DescribeUDiskSnapshot",
          "DescribeUHostInstance",
          "DescribePHost",
          "ListLabelsByResourceIds");

  private final VirtualTime time = new VirtualTime();
  private final Simulator simulator;
  private final UCloudDiskApi disks;
  private final UCloudSnapshotApi snapshots;
  private final UCloudLabelApi labels;

  SimulatedRegion(Path directory) {
    this(directory, Duration.ZERO);
  }

  /**
   * @param lag after which what is new is shown
   */
  SimulatedRegion(Path directory, Duration lag) {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(directory)
                .withDelays(Delays.all(STEP).withListingLag(lag))
                // Which of the two the real filter is, is not documented; this one is the worse.
                .withNameFilter(NameFilter.CONTAINS)
                .withHosts(
                    host(A, 1),
                    host(B, 2),
                    HostSpec.of(FAR, OTHER_ZONE).withIp("10.9.0.3"),
                    host(FAST, 4).withRdma("rdma-1"),
                    host(FAST_ELSEWHERE, 5).withRdma("rdma-2"),
                    host(SLOW, 6).withNeedRestart(true),
                    host(BARE_METAL, 7)),
            () -> Instant.ofEpochSecond(0, time.now()));
    Credentials keys =
        new Credentials(
            "simulator-public-key", Secret.of("simulator-private-key"), Optional.empty());
    UCloudClient client =
        new UCloudClient(
            new UCloudConfig(
                simulator.endpoint(),
                "cn-bj2",
                Optional.of("org-simulator"),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60)),
            () -> keys,
            new ApiRateLimits(new VirtualTime()),
            (_, _, _) -> {},
            Permission.always(),
            Duration.ofNanos(1000));
    ApiCalls calls = new ApiCalls(client);
    disks = new UCloudDiskApi(calls);
    snapshots = new UCloudSnapshotApi(calls);
    labels = new UCloudLabelApi(calls);
  }

  private static HostSpec host(String id, int number) {
    return HostSpec.of(id, ZONE).withIp("10.9.0." + number);
  }

  @Override
  public DiskApi disks() {
    return disks;
  }

  @Override
  public SnapshotApi snapshots() {
    return snapshots;
  }

  @Override
  public LabelApi labels() {
    return labels;
  }

  @Override
  public void pass(Duration duration) {
    time.pass(duration);
  }

  @Override
  public void lag(Duration duration) {
    fault(Effect.STALE, "DescribeUDisk", 0, duration, FOR_EVER);
  }

  @Override
  public void nextLookIsOld(Duration age) {
    fault(Effect.STALE, "DescribeUDisk", 0, age, 1);
  }

  void nextLookIsRefused(int retCode) {
    fault(Effect.RET_CODE, "DescribeUDisk", retCode, Duration.ZERO, 1);
  }

  @Override
  public void next(String action, Fault fault) {
    switch (fault) {
      case Fault.AnswerLost _ -> fault(Effect.LOSE_ANSWER, action, 0, Duration.ZERO, 1);
      case Fault.OrderLost _ -> fault(Effect.LOSE_REQUEST, action, 0, Duration.ZERO, 1);
      case Fault.Late late -> fault(Effect.LATE, action, 0, late.by(), 1);
      case Fault.AcceptedLate late -> fault(Effect.ACCEPT_LATE, action, 0, late.by(), 1);
      case Fault.Refused refused -> {
        simulator.faults().clear();
        fault(Effect.RET_CODE, action, refused.retCode(), Duration.ZERO, EVERY_TRY);
      }
    }
  }

  private void fault(Effect effect, String action, int retCode, Duration by, int times) {
    simulator
        .faults()
        .add(
            new cn.ucloud.csi.udisk.simulator.fault.Fault(
                action, effect, retCode, 0, by.toMillis(), times, null, false));
  }

  @Override
  public void nothingCanBeRead() {
    READS.forEach(action -> fault(Effect.RET_CODE, action, 171, Duration.ZERO, FOR_EVER));
  }

  @Override
  public void showWithout(String id, String field) {
    simulator.faults().oddRecords().show(id, Collections.singletonMap(field, null));
  }

  @Override
  public void detached(UDisk disk) {
    simulator.console().detach(disk.id());
  }

  @Override
  public void deleted(UDisk disk) {
    simulator.console().delete(disk.id());
  }

  @Override
  public void paid(UDisk disk, Duration forSoLong) {
    simulator.console().pay(disk.id(), Instant.ofEpochSecond(0, time.now()).plus(forSoLong));
  }

  @Override
  public void locked(UDisk disk) {
    simulator.console().lock(disk.id(), true);
  }

  @Override
  public void labelled(String resource, Label label) {
    simulator.console().label(resource, label.key(), label.value());
  }

  @Override
  public void vanished(String host) {
    simulator.console().vanish(host);
  }

  @Override
  public void close() {
    simulator.close();
  }
}
