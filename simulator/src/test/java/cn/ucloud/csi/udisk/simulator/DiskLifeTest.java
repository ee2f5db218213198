package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk goes through, and what it refuses on the way. */
class DiskLifeTest extends RegionWithHosts {
  @Test
  void aDiskThatIsBeingMadeRefusesEverything(@TempDir Path slowDir) {
    Duration never = Duration.ofDays(1);
    try (Simulator slow =
        Simulator.start(SimulatorConfig.defaults(slowDir).withDelays(Delays.all(never)))) {
      client = new TestClient(slow.endpoint());
      String id = client.create("one");
      assertThat(client.status(id)).isEqualTo("Initializating");
      assertThat(attach(id, "uhost-a")).isEqualTo(17055);
      assertThat(detach(id, "uhost-a")).isEqualTo(17060);
      assertThat(delete(id)).isEqualTo(17030);
      assertThat(resize(id, 20)).isEqualTo(17025);
    }
  }

  @Test
  void aNewDiskBecomesAvailable() {
    JsonNode disk = client.describe(available("one"));
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
  void aDiskIsUnknownInOtherZones() {
    String id = available("one");
    assertThat(
            retCode(
                client.call(
                    "AttachUDisk", "UDiskId", id, "HostId", "uhost-a", "Zone", "cn-bj2-05")))
        .isEqualTo(17041);
    assertThat(retCode(client.call("DeleteUDisk", "UDiskId", id, "Zone", "cn-bj2-05")))
        .isEqualTo(17041);
  }

  @Test
  void aRenamedDiskIsFoundByItsNewName() {
    String id = available("one");
    assertThat(retCode(client.call("RenameUDisk", "Zone", ZONE, "UDiskId", id, "UDiskName", "数据盘")))
        .isZero();
    assertThat(client.call("DescribeUDisk", "UDiskName", "数据盘").at("/DataSet/0/UDiskId").asText())
        .isEqualTo(id);
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
  void theConsoleDetachesBehindTheDriversBack() {
    String id = inUse("one", "uhost-a");
    assertThat(resizeAttached(id, "uhost-far", 20)).isEqualTo(8982);
    simulator.console().detach(id);
    assertThat(client.status(id)).isEqualTo("Available");
  }
}
