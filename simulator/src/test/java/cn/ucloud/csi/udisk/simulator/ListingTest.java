package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.NameFilter;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What DescribeUDisk shows, when, and how much of it. */
class ListingTest {
  private static final String ZONE = "cn-bj2-02";

  @TempDir Path stateDir;

  @Test
  void aNewDiskIsNotListedDuringTheLag() {
    Delays delays = Delays.all(Duration.ZERO).withListingLag(Duration.ofDays(1));
    try (Simulator simulator = Simulator.start(config().withDelays(delays))) {
      TestClient client = new TestClient(simulator.endpoint());
      String id = client.create("one");
      await().until(() -> simulator.console().disk(id).status() == DiskStatus.AVAILABLE);
      assertThat(client.status(id)).isEqualTo("absent");
      assertThat(total(client, "UDiskName", "one")).isZero();
      assertThat(total(client)).isZero();
      assertThat(
              client
                  .call("AttachUDisk", "UDiskId", id, "HostId", "uhost-a")
                  .path("RetCode")
                  .asInt(-1))
          .as("what is not listed exists all the same")
          .isZero();
    }
  }

  @Test
  void pagesAreOfTwentyAndNeverOfMoreThanAHundred() {
    try (Simulator simulator = Simulator.start(config())) {
      TestClient client = new TestClient(simulator.endpoint());
      var ids = IntStream.range(0, 120).mapToObj(i -> client.create("d" + i)).toList();
      JsonNode first = client.call("DescribeUDisk", "IsBoot", "False");
      assertThat(first.path("TotalCount").asInt()).isEqualTo(120);
      assertThat(first.path("DataSet").findValuesAsText("UDiskId")).isEqualTo(ids.subList(0, 20));
      JsonNode second =
          client.call("DescribeUDisk", "IsBoot", "False", "Offset", "10", "Limit", "500");
      assertThat(second.path("DataSet").findValuesAsText("UDiskId"))
          .isEqualTo(ids.subList(10, 110));
      JsonNode beyond = client.call("DescribeUDisk", "Offset", "500");
      assertThat(beyond.path("DataSet")).isEmpty();
    }
  }

  @Test
  void filtersNarrowTheList() {
    try (Simulator simulator = Simulator.start(config().withDelays(Delays.all(Duration.ZERO)))) {
      TestClient client = new TestClient(simulator.endpoint());
      String ssd = client.create("pvc-1", "Tag", "blue");
      String far = client.create("pvc-10", "Zone", "cn-bj2-05", "DiskType", "DataDisk");
      await().until(() -> total(client, "Status", "Available") == 2);
      client.call("AttachUDisk", "UDiskId", ssd, "HostId", "uhost-a");
      await().until(() -> total(client, "Status", "InUse", "IsBoot", "False") == 1);
      assertThat(ids(client, "Zone", "cn-bj2-05")).containsExactly(far);
      assertThat(ids(client, "UDiskName", "pvc-1")).containsExactly(ssd);
      assertThat(ids(client, "Tag", "blue")).containsExactly(ssd);
      assertThat(ids(client, "HostId", "uhost-a")).containsExactly("bsi-uhost-a", ssd);
      assertThat(ids(client, "DiskType", "DataDisk")).containsExactly(far);
      assertThat(ids(client, "DiskType", "CLOUD_SSD", "ProtocolVersion", "1", "IsBoot", "False"))
          .containsExactly(ssd);
      assertThat(ids(client, "HostProduct", "uphost")).isEmpty();
      assertThat(ids(client, "HostIdForAttachment", "uhost-a")).isEmpty();
      assertThat(ids(client, "Status", "Cloning")).isEmpty();
      assertThat(
              client
                  .call("DescribeUDisk", "ProtocolVersion", "1", "DiskType", "CLOUD_SSD")
                  .path("RetCode")
                  .asInt())
          .isEqualTo(230);
      JsonNode basic = client.call("DescribeUDisk", "UDiskId", ssd, "UDiskBasicInfo", "Yes");
      assertThat(basic.at("/DataSet/0").has("ChargeType")).isFalse();
      assertThat(basic.at("/DataSet/0/HostId").asText()).isEqualTo("uhost-a");
    }
  }

  @Test
  void theNameFilterMayFindMoreThanTheName() {
    try (Simulator simulator = Simulator.start(config().withNameFilter(NameFilter.CONTAINS))) {
      TestClient client = new TestClient(simulator.endpoint());
      client.create("pvc-1");
      client.create("pvc-10");
      assertThat(total(client, "UDiskName", "pvc-1")).isEqualTo(2);
    }
  }

  private SimulatorConfig config() {
    return SimulatorConfig.defaults(stateDir).withHosts(HostSpec.of("uhost-a", ZONE));
  }

  private static int total(TestClient client, String... filter) {
    return client.call("DescribeUDisk", filter).path("TotalCount").asInt(-1);
  }

  private static List<String> ids(TestClient client, String... filter) {
    return client.call("DescribeUDisk", filter).path("DataSet").findValuesAsText("UDiskId");
  }
}
