package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What disks are paid for, in a region whose days pass when the test says so. */
class BillsTest {
  private static final Instant BEGIN = Instant.parse("2026-01-31T00:00:00Z");

  @TempDir Path stateDir;
  private Instant now = BEGIN;
  private Simulator simulator;
  private TestClient client;

  @BeforeEach
  void start() {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(stateDir).withDelays(Delays.all(Duration.ZERO)), () -> now);
    client = new TestClient(simulator.endpoint());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void aDiskByTheHourGoesOnByItselfAndOneByTheMonthEnds() {
    String hourly = client.create("one");
    String monthly = client.create("two", "ChargeType", "Month");
    now = BEGIN.plus(Duration.ofDays(31));
    assertThat(client.describe(hourly).path("IsExpire").asText()).isEqualTo("No");
    assertThat(client.describe(monthly).path("IsExpire").asText()).isEqualTo("Yes");
    assertThat(client.describe(monthly).path("ExpiredTime").asLong())
        .isEqualTo(BEGIN.plus(Duration.ofDays(30)).getEpochSecond());
  }

  @Test
  void anUnpaidDiskIsDestroyedTenDaysAfterItsEndAlsoAfterARestart() {
    String disk = client.create("one");
    simulator.console().pay(disk, BEGIN.plus(Duration.ofDays(3)));
    simulator.close();
    start();
    now = BEGIN.plus(Duration.ofDays(13)).minusSeconds(1);
    assertThat(client.status(disk)).isEqualTo("Available");
    now = BEGIN.plus(Duration.ofDays(13));
    assertThat(client.status(disk)).isEqualTo("absent");
  }

  @Test
  void aDiskThatIsPaidForInTimeStays() {
    String disk = client.create("one");
    simulator.console().pay(disk, BEGIN.plus(Duration.ofDays(3)));
    now = BEGIN.plus(Duration.ofDays(12));
    simulator.console().pay(disk, BEGIN.plus(Duration.ofDays(60)));
    now = BEGIN.plus(Duration.ofDays(13));
    JsonNode shown = client.describe(disk);
    assertThat(shown.path("IsExpire").asText()).isEqualTo("No");
    assertThat(shown.path("ChargeType").asText()).isEqualTo("Month");
  }

  @Test
  void theConsoleRefusesOverHttpWhatIsNoTime() {
    String disk = client.create("one");
    Map<String, String> soon = Map.of("diskId", disk, "until", "soon");
    assertThat(client.send("POST", "/admin/console/pay", soon).statusCode()).isEqualTo(400);
    Map<String, String> then = Map.of("diskId", disk, "until", BEGIN.plusSeconds(9).toString());
    assertThat(client.send("POST", "/admin/console/pay", then).statusCode()).isEqualTo(200);
    assertThat(client.send("POST", "/admin/console/lock", then).statusCode()).isEqualTo(200);
    assertThat(client.describe(disk).path("CmkIdStatus").asText()).isEqualTo("Disabled");
  }
}
