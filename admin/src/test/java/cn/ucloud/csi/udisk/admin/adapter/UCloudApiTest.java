package cn.ucloud.csi.udisk.admin.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.udisk.AttachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DeleteUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DetachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter before a simulated region: what cannot be told is not told as absence. */
class UCloudApiTest extends CloudContract {
  private static final String KEY = "simulator-private-key";

  @TempDir private Path directory;

  private Simulator simulator;
  private UCloudClient client;
  private UCloudApi api;

  @BeforeEach
  void start() {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(directory)
                .withDelays(Delays.all(Duration.ZERO))
                .withHosts(HostSpec.of(HOST, ZONE), HostSpec.of(OTHER_HOST, ZONE)));
    client = client(KEY);
    api = new UCloudApi(client, withoutWaiting());
  }

  private UCloudClient client(String key) {
    Credentials keys = new Credentials("simulator-public-key", Secret.of(key), Optional.empty());
    return new UCloudClient(
        new UCloudConfig(
            simulator.endpoint(),
            "cn-bj2",
            Optional.of("org-simulator"),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5)),
        () -> keys,
        new ApiRateLimits(TimeSource.real()),
        (_, _, _) -> {},
        Permission.always(),
        Duration.ofNanos(1000));
  }

  private static TimeSource withoutWaiting() {
    return new TimeSource() {
      @Override
      public long now() {
        return 0;
      }

      @Override
      public void sleep(Duration duration) {}
    };
  }

  @AfterEach
  void close() {
    simulator.close();
  }

  @Override
  CloudApi api() {
    return api;
  }

  @Override
  void attach(String disk, String host) throws Exception {
    client.call(new AttachUDisk(ZONE, disk, host, false));
    await().until(() -> api.disk(disk).filter(Disk::isInUse).isPresent());
  }

  @Override
  void detach(String disk, String host) throws Exception {
    client.call(new DetachUDisk(ZONE, disk, host));
    await().until(() -> api.disk(disk).filter(Disk::isFree).isPresent());
  }

  @Override
  void delete(String disk) throws Exception {
    client.call(new DeleteUDisk(ZONE, disk));
    await().until(() -> api.disk(disk).isEmpty());
  }

  @Override
  String snapshot(String disk, String name) throws Exception {
    return client.call(new CreateUDiskSnapshot(ZONE, disk, name)).value();
  }

  @Override
  void payAndLock(String disk, Instant until) {
    // Unpaid for longer than ten days it is destroyed; the console says so late.
    simulator
        .faults()
        .oddRecords()
        .show(
            disk,
            Map.of(
                "ChargeType", "Month",
                "ExpiredTime", until.getEpochSecond(),
                "IsExpire", "Yes",
                "CmkIdStatus", "Disabled"));
  }

  @Override
  void powerOff(String host) {
    simulator.console().powerOff(host);
  }

  @Override
  CloudApi withWrongKeys() {
    return new UCloudApi(client("wrong-key"), withoutWaiting());
  }

  @Override
  void silence() {
    simulator.close();
  }

  @Override
  String make(String name) throws Exception {
    return client
        .call(
            new CreateUDisk(
                ZONE,
                DiskSize.ofGib(20),
                name,
                DiskType.SSD,
                DiskTerms.PLAIN,
                Optional.empty(),
                Optional.empty()))
        .value();
  }

  @Test
  void aRegionOfMoreThanOnePageIsReadWhole() throws Exception {
    for (int i = 0; i < 101; i++) {
      make("disk-" + i);
    }
    assertThat(api.disks((_, _) -> {}))
        .filteredOn(disk -> !disk.isSystemDisk())
        .extracting(Disk::name)
        .hasSize(101)
        .doesNotHaveDuplicates();
  }

  @Test
  void aDiskThatIsGoneIsAbsentAndAnOddOneIsNot() throws Exception {
    assertThat(api.disk("bsm-none")).isEmpty();
    String id = make("odd");
    simulator.faults().oddRecords().show(id, Collections.singletonMap("Size", null));
    Unreadable odd = catchThrowableOfType(Unreadable.class, () -> api.disk(id));
    assertThat(odd.gap().kind()).isEqualTo(Gap.Kind.ODD);
  }

  @Test
  void keysThatAreRefusedAreSaidToBeAndNotShown() {
    UCloudApi wrong = new UCloudApi(client("wrong-key"), withoutWaiting());
    Unreadable refused = catchThrowableOfType(Unreadable.class, () -> wrong.disk("bsm-1"));
    assertThat(refused.gap().kind()).isEqualTo(Gap.Kind.KEYS_REFUSED);
    assertThat(refused.gap().why()).doesNotContain("wrong-key").doesNotContain(KEY);
  }
}
