package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.model.Label;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels, as the Label API documents them and as strict as any client expects. */
class LabelsTest {
  @TempDir Path stateDir;
  private Simulator simulator;
  private TestClient client;

  @BeforeEach
  void start() {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(stateDir).withDelays(Delays.all(Duration.ZERO)),
            () -> Instant.EPOCH.plusSeconds(1_000_000));
    client = new TestClient(simulator.endpoint());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void whatIsKnownIsBoundAndShownAndStaysAfterARestart() {
    String disk = client.create("one");
    String other = client.create("two");
    assertThat(code("CreateLabels", label("team", "db"))).isZero();
    assertThat(code("BindLabels", on(disk, label("team", "db")))).isZero();
    assertThat(code("BindLabels", on(disk, label("team", "db")))).as("again").isZero();
    simulator.close();
    start();
    JsonNode answer =
        client.call("ListLabelsByResourceIds", "ResourceIds.0", disk, "ResourceIds.1", other);
    assertThat(answer.path("TotalCount").asInt()).isEqualTo(1);
    assertThat(answer.at("/Labels/0/ResourceId").asText()).isEqualTo(disk);
    assertThat(answer.at("/Labels/0/Key").asText()).isEqualTo("team");
    assertThat(answer.at("/Labels/0/Value").asText()).isEqualTo("db");
    assertThat(answer.at("/Labels/0/Category").asText()).isEqualTo("custom");
  }

  @Test
  void whatIsUnknownDoubledMissingOrOfNothingIsRefused() {
    String disk = client.create("one");
    assertThat(code("BindLabels", on(disk, label("team", "db")))).as("unknown").isEqualTo(230);
    assertThat(code("CreateLabels", label("team", "db"))).isZero();
    assertThat(code("CreateLabels", label("team", "db"))).as("known").isEqualTo(230);
    assertThat(code("CreateLabels", label("team", "web"))).isZero();
    assertThat(code("BindLabels", on(disk, label("team", "db")))).isZero();
    assertThat(code("BindLabels", on(disk, label("team", "web")))).as("second").isEqualTo(230);
    assertThat(code("UnbindLabels", on(disk, label("team", "web")))).as("not on").isEqualTo(230);
    assertThat(code("BindLabels", on("bsm-none", label("team", "db")))).isEqualTo(230);
    assertThat(code("BindLabels", on(disk, "Labels.0.Key", "team"))).isEqualTo(230);
    assertThat(code("BindLabels", "ResourceIds.0", disk)).isEqualTo(230);
    assertThat(simulator.console().labels(disk)).containsExactly(new Label("team", "db"));
  }

  @Test
  void listsHaveTenByDefaultAndAHundredAtMost() {
    String disk = client.create("one");
    for (int i = 0; i < 110; i++) {
      simulator.console().label(disk, "key-" + i, "x");
    }
    assertThat(shown(disk)).hasSize(10);
    assertThat(shown(disk, "Limit", "500")).hasSize(100);
    assertThat(shown(disk, "Limit", "500", "Offset", "100")).hasSize(10);
  }

  @Test
  void theConsoleLabelsOverHttp() {
    String disk = client.create("one");
    Map<String, String> label = Map.of("resourceId", disk, "key", "team", "value", "db");
    assertThat(client.send("POST", "/admin/console/label", label).statusCode()).isEqualTo(200);
    assertThat(client.get("/admin/labels/" + disk).body())
        .isEqualTo("[{\"key\":\"team\",\"value\":\"db\"}]");
  }

  private JsonNode shown(String disk, String... more) {
    List<String> parameters = new ArrayList<>(List.of("ResourceIds.0", disk));
    parameters.addAll(List.of(more));
    return client.call("ListLabelsByResourceIds", parameters.toArray(String[]::new)).path("Labels");
  }

  private int code(String action, String... parameters) {
    return client.call(action, parameters).path("RetCode").asInt(-1);
  }

  private static String[] label(String key, String value) {
    return new String[] {"Labels.0.Key", key, "Labels.0.Value", value};
  }

  private static String[] on(String resource, String... label) {
    List<String> parameters = new ArrayList<>(List.of("ResourceIds.0", resource));
    parameters.addAll(List.of(label));
    return parameters.toArray(String[]::new);
  }
}
