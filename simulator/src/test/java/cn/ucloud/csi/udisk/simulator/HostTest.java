package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which disks go with which hosts, and what hosts show of them. */
class HostTest extends RegionWithHosts {
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
  void aHostTakesTwentySixDisks() {
    List<String> ids = IntStream.range(0, 27).mapToObj(i -> client.create("d" + i)).toList();
    ids.forEach(id -> awaitStatus(id, "Available"));
    ids.subList(0, 26).forEach(id -> assertThat(attach(id, "uhost-a")).isZero());
    assertThat(attach(ids.getLast(), "uhost-a")).isEqualTo(17055);
    awaitStatus(ids.get(25), "InUse");
    assertThat(client.describe(ids.get(24)).path("DeviceName").asText()).isEqualTo("vdz");
    assertThat(client.describe(ids.get(25)).path("DeviceName").asText()).isEqualTo("vdaa");
  }
}
