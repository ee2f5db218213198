package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk goes through, and what it refuses on the way. */
class DiskLifeTest {
  private static final String ZONE = "cn-bj2-02";
  private static final String CLUSTER = "9002_25GE_D_R006";

  @TempDir Path stateDir;
  private Simulator simulator;
  private TestClient client;

  @BeforeEach
  void start() {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(stateDir)
                .withDelays(Delays.all(Duration.ofMillis(30)))
                .withHosts(
                    HostSpec.of("uhost-a", ZONE).withRdma(CLUSTER).withIp("10.9.0.7"),
                    HostSpec.of("uhost-n", ZONE).withMachineType("N").withDiskLimit(2),
                    HostSpec.of("uhost-one", ZONE).withOneAtATime(true),
                    HostSpec.of("uhost-far", "cn-bj2-05"),
                    HostSpec.of("uphost-m", ZONE)));
    client = new TestClient(simulator.endpoint());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void aNewDiskBecomesAvailable() {
    String id = frozen("CreateUDisk", client.create("one"));
    assertThat(client.status(id)).isEqualTo("Initializating");
    assertThat(attach(id, "uhost-a")).isEqualTo(17055);
    assertThat(delete(id)).isEqualTo(17030);
    assertThat(resize(id, 20)).isEqualTo(17025);
    simulator.console().thaw(id);
    awaitStatus(id, "Available");
    JsonNode disk = client.describe(id);
    assertThat(disk.path("Size").asInt()).isEqualTo(10);
    assertThat(disk.path("HostId").asText("?")).isEmpty();
    assertThat(disk.path("DeviceName").asText("?")).isEmpty();
    assertThat(disk.path("IsBoot").asText()).isEqualTo("False");
  }

  @Test
  void attachingRefusesEverythingElseUntilItIsDone() {
    String id = available("one");
    simulator.console().freeze(id);
    JsonNode answer = client.call("AttachUDisk", "UDiskId", id, "HostId", "uhost-a");
    assertThat(answer.path("DeviceName").asText()).isEqualTo("vdb");
    assertThat(client.describe(id).path("Status").asText()).isEqualTo("Attaching");
    assertThat(client.describe(id).path("DeviceName").asText("?")).isEmpty();
    assertThat(attach(id, "uhost-a")).isEqualTo(17056);
    assertThat(detach(id, "uhost-a")).isEqualTo(17101);
    assertThat(delete(id)).isEqualTo(17026);
    assertThat(resize(id, 20)).isEqualTo(17026);
    simulator.console().thaw(id);
    awaitStatus(id, "InUse");
    JsonNode disk = client.describe(id);
    assertThat(disk.path("DeviceName").asText()).isEqualTo("vdb");
    assertThat(disk.path("HostIP").asText()).isEqualTo("10.9.0.7");
    assertThat(disk.path("UHostId").asText()).isEqualTo("uhost-a");
  }

  @Test
  void aDiskInUseIsOnOneHostOnly() {
    String id = inUse("one", "uhost-a");
    assertThat(attach(id, "uhost-a")).isEqualTo(17057);
    assertThat(attach(id, "uhost-n")).isEqualTo(17057);
    assertThat(detach(id, "uhost-n")).isEqualTo(17060);
    assertThat(delete(id)).isEqualTo(17026);
    assertThat(resize(id, 20)).isEqualTo(17026);
  }

  @Test
  void detachingRefusesEverythingElseUntilItIsDone() {
    String id = inUse("one", "uhost-a");
    simulator.console().freeze(id);
    assertThat(detach(id, "uhost-a")).isZero();
    assertThat(client.status(id)).isEqualTo("Detaching");
    assertThat(attach(id, "uhost-a")).isEqualTo(17061);
    assertThat(detach(id, "uhost-a")).isEqualTo(17061);
    assertThat(delete(id)).isEqualTo(17061);
    assertThat(resize(id, 20)).isEqualTo(17061);
    simulator.console().thaw(id);
    awaitStatus(id, "Available");
    assertThat(detach(id, "uhost-a")).isEqualTo(17060);
    assertThat(client.describe(id).path("HostId").asText("?")).isEmpty();
  }

  @Test
  void aDeletedDiskIsGoneAndUnknown() {
    String id = available("one");
    assertThat(delete(id)).isZero();
    awaitStatus(id, "absent");
    assertThat(delete(id)).isEqualTo(17041);
    assertThat(attach(id, "uhost-a")).isEqualTo(17041);
    assertThat(detach(id, "uhost-a")).isEqualTo(17041);
    assertThat(client.call("DescribeUDisk", "UDiskId", id).path("RetCode").asInt(-1)).isZero();
  }

  @Test
  void aDetachedDiskGrowsAndNeverShrinks() {
    String id = available("one");
    assertThat(resize(id, 9)).isEqualTo(17025);
    assertThat(resize(id, 8001)).isEqualTo(17025);
    assertThat(resize(id, 15)).isZero();
    await().until(() -> client.describe(id).path("Size").asInt() == 15);
  }

  @Test
  void anAttachedDiskGrowsInStepsOfTen() {
    String id = inUse("one", "uhost-a");
    assertThat(resizeAttached(id, "uhost-a", 25)).isEqualTo(8107);
    assertThat(resizeAttached(id, "uhost-a", 10)).isEqualTo(8107);
    assertThat(resizeAttached(id, "uhost-n", 20)).isEqualTo(8982);
    assertThat(resizeAttached("bsm-none", "uhost-a", 20)).isEqualTo(8981);
    JsonNode dry =
        client.call(
            "ResizeAttachedDisk",
            "Zone",
            ZONE,
            "UHostId",
            "uhost-a",
            "DiskId",
            id,
            "DiskSpace",
            "20",
            "DryRun",
            "true");
    assertThat(dry.path("NeedRestart").asBoolean(true)).isFalse();
    assertThat(simulator.console().disk(id).transition()).isNull();
    assertThat(resizeAttached(id, "uhost-a", 20)).isZero();
    await().until(() -> client.describe(id).path("Size").asInt() == 20);
  }

  @Test
  void bareMetalHasItsOwnActions() {
    String id = inUse("one", "uphost-m");
    JsonNode grown =
        client.call(
            "ResizePHostAttachedDisk",
            "Zone",
            ZONE,
            "PHostId",
            "uphost-m",
            "UDiskId",
            id,
            "DiskSpace",
            "20");
    assertThat(grown.path("RetCode").asInt(-1)).isZero();
    JsonNode hosts = client.call("DescribePHost", "PHostId.0", "uphost-m");
    assertThat(hosts.at("/PHostSet/0/PMStatus").asText()).isEqualTo("Running");
    assertThat(hosts.at("/PHostSet/0/DiskSet").findValuesAsText("DiskId")).contains(id);
  }

  @Test
  void aHostListsItsBootDiskAndWhatIsPlugged() {
    String id = inUse("one", "uhost-a");
    JsonNode host =
        client
            .call("DescribeUHostInstance", "UHostIds.0", "uhost-a", "UHostIds.1", "uhost-none")
            .path("UHostSet");
    assertThat(host).hasSize(1);
    assertThat(host.at("/0/RdmaClusterId").asText()).isEqualTo(CLUSTER);
    assertThat(host.at("/0/DiskSet").findValuesAsText("Drive")).containsExactly("vda", "vdb");
    assertThat(host.at("/0/DiskSet/1/DiskId").asText()).isEqualTo(id);
    assertThat(host.at("/0/DiskSet/0/IsBoot").asText()).isEqualTo("True");
  }

  @Test
  void lettersAreTheLowestFreeOnes() {
    String first = inUse("one", "uhost-a");
    String second = inUse("two", "uhost-a");
    detach(first, "uhost-a");
    awaitStatus(first, "Available");
    String third = inUse("three", "uhost-a");
    assertThat(client.describe(second).path("DeviceName").asText()).isEqualTo("vdc");
    assertThat(client.describe(third).path("DeviceName").asText()).isEqualTo("vdb");
  }

  @Test
  void aHostRefusesDisksItCannotTake() {
    String rssd = available("one", "DiskType", "RSSDDataDisk", "RdmaClusterId", "9002_25GE_D_R009");
    assertThat(attach(rssd, "uhost-a")).isEqualTo(17218);
    assertThat(attach(rssd, "uhost-n")).isEqualTo(17055);
    assertThat(attach(rssd, "uhost-one")).isEqualTo(17218);
    assertThat(attach(available("two"), "uhost-far")).isEqualTo(17055);
    assertThat(attach(rssd, "uhost-none")).isEqualTo(17055);
    JsonNode across =
        client.call(
            "AttachUDisk", "UDiskId", rssd, "UHostId", "uhost-a", "EnableCrossPodAttach", "Yes");
    assertThat(across.path("RetCode").asInt(-1)).isZero();
  }

  @Test
  void anRssdDiskIsMadeInTheClusterAskedFor() {
    String there = available("one", "DiskType", "RSSDDataDisk", "RdmaClusterId", CLUSTER);
    assertThat(client.describe(there).path("RdmaClusterId").asText()).isEqualTo(CLUSTER);
    assertThat(attach(there, "uhost-a")).isZero();
    String other = available("two", "DiskType", "RSSDDataDisk");
    simulator.console().moveDisk(other, "9002_25GE_D_R009");
    assertThat(attach(other, "uhost-a")).isEqualTo(17218);
    simulator.console().moveHost("uhost-a", "9002_25GE_D_R009");
    assertThat(attach(other, "uhost-a")).isZero();
  }

  @Test
  void aFullHostTakesNoMore() {
    inUse("one", "uhost-n");
    inUse("two", "uhost-n");
    assertThat(attach(available("three"), "uhost-n")).isEqualTo(17055);
  }

  @Test
  void someHostsChangeOneDiskAtATime() {
    String used = inUse("one", "uhost-one");
    String slow = available("two");
    String late = available("three");
    simulator.console().freeze(slow);
    assertThat(attach(slow, "uhost-one")).isZero();
    assertThat(attach(late, "uhost-one")).isEqualTo(8979);
    assertThat(detach(used, "uhost-one")).isEqualTo(8980);
    simulator.console().thaw(slow);
    awaitStatus(slow, "InUse");
    assertThat(attach(late, "uhost-one")).isZero();
  }

  @Test
  void ordersThatCannotBeFilledAreRefused() {
    simulator.console().soldOut(ZONE, DiskType.SSD, true);
    assertThat(order("SSDDataDisk")).isEqualTo(17005);
    assertThat(order("DataDisk")).isZero();
    simulator.console().quota(1);
    assertThat(order("DataDisk")).isEqualTo(17067);
    simulator.console().balance(true);
    assertThat(order("DataDisk")).isEqualTo(17063);
  }

  @Test
  void disksAreDetachedFromHostsThatAreOff() {
    String id = inUse("one", "uhost-a");
    simulator.console().powerOff("uhost-a");
    assertThat(attach(available("two"), "uhost-a")).isEqualTo(8905);
    assertThat(
            client
                .call("DescribeUHostInstance", "UHostIds.0", "uhost-a")
                .at("/UHostSet/0/State")
                .asText())
        .isEqualTo("Stopped");
    assertThat(detach(id, "uhost-a")).isZero();
    awaitStatus(id, "Available");
  }

  @Test
  void aRemovedHostLeavesItsDisksBehind() {
    String id = inUse("one", "uhost-a");
    simulator.console().remove("uhost-a");
    assertThat(client.status(id)).isEqualTo("Available");
    assertThat(
            client
                .call("DescribeUHostInstance", "UHostIds.0", "uhost-a")
                .path("TotalCount")
                .asInt())
        .isZero();
    assertThat(detach(id, "uhost-a")).isEqualTo(17060);
  }

  @Test
  void theConsoleDetachesBehindTheDriversBack() {
    String id = inUse("one", "uhost-a");
    simulator.console().detach(id);
    assertThat(client.status(id)).isEqualTo("Available");
  }

  @Test
  void aHostTakesTwentySixDisks() {
    List<String> ids = IntStream.range(0, 27).mapToObj(i -> client.create("d" + i)).toList();
    ids.forEach(id -> awaitStatus(id, "Available"));
    ids.subList(0, 26).forEach(id -> assertThat(attach(id, "uhost-a")).isZero());
    assertThat(attach(ids.getLast(), "uhost-a")).isEqualTo(17055);
    awaitStatus(ids.get(25), "InUse");
    assertThat(client.describe(ids.get(24)).path("DeviceName").asText()).isEqualTo("vdz");
    assertThat(client.describe(ids.get(25)).path("DeviceName").asText()).isEqualTo("vdaa");
  }

  private String frozen(String action, String id) {
    simulator.console().freeze(id);
    assertThat(simulator.calls().of(action)).isNotEmpty();
    return id;
  }

  private String available(String name, String... more) {
    String id = client.create(name, more);
    awaitStatus(id, "Available");
    return id;
  }

  private String inUse(String name, String hostId) {
    String id = available(name);
    assertThat(attach(id, hostId)).isZero();
    awaitStatus(id, "InUse");
    return id;
  }

  private void awaitStatus(String id, String status) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(client.status(id)).isEqualTo(status));
  }

  private int order(String type) {
    return retCode(
        client.call("CreateUDisk", "Zone", ZONE, "Size", "10", "Name", "x", "DiskType", type));
  }

  private int attach(String id, String hostId) {
    return retCode(
        client.call("AttachUDisk", "UDiskId", id, "HostId", hostId, "MultiAttach", "No"));
  }

  private int detach(String id, String hostId) {
    return retCode(client.call("DetachUDisk", "UDiskId", id, "HostId", hostId));
  }

  private int delete(String id) {
    return retCode(client.call("DeleteUDisk", "Zone", ZONE, "UDiskId", id));
  }

  private int resize(String id, int sizeGb) {
    return retCode(
        client.call("ResizeUDisk", "Zone", ZONE, "UDiskId", id, "Size", Integer.toString(sizeGb)));
  }

  private int resizeAttached(String id, String hostId, int sizeGb) {
    return retCode(
        client.call(
            "ResizeAttachedDisk",
            "Zone",
            ZONE,
            "UHostId",
            hostId,
            "DiskId",
            id,
            "DiskSpace",
            Integer.toString(sizeGb)));
  }

  private static int retCode(JsonNode answer) {
    return answer.path("RetCode").asInt(-1);
  }
}
