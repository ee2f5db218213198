package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Sts;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.store.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataTest {
  private static final String V1 = "/hosts/uhost-a/meta-data/v1/uam/security-credentials/";
  private static final String V2 = "/hosts/uhost-a/meta-data/v2/iam/security-credentials/";

  @TempDir Path stateDir;
  private Simulator simulator;
  private TestClient client;

  @BeforeEach
  void start() {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(stateDir)
                .withSts(new Sts(Duration.ofSeconds(2), List.of("Uk8sServiceCharacter")))
                .withHosts(
                    HostSpec.of("uhost-a", "cn-bj2-02").withIp("10.9.0.7"),
                    HostSpec.of("uphost-m", "cn-bj2-05")));
    client = new TestClient(simulator.endpoint());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void aUHostReadsWhoItIs() throws IOException {
    JsonNode document = json("/hosts/uhost-a/meta-data/v1.json");
    assertThat(document.path("instance-id").asText()).isEqualTo("uhost-a");
    assertThat(document.at("/uhost/project-id").asText()).isEqualTo("org-simulator");
    assertThat(text("v1/instance-id")).isEqualTo("uhost-a");
    assertThat(text("latest/region")).isEqualTo("cn-bj2");
    assertThat(text("latest/availability-zone")).isEqualTo("cn-bj2-02");
    assertThat(text("latest/uhost/machine-type")).isEqualTo("O");
    assertThat(text("latest/uhost/disks/0/drive")).isEqualTo("vda");
    assertThat(text("latest/uhost/disks/0/is-boot")).isEqualTo("true");
    assertThat(client.get("/hosts/uhost-a/meta-data/latest/nothing").statusCode()).isEqualTo(404);
    assertThat(client.get("/hosts/uhost-none/meta-data/v1.json").statusCode()).isEqualTo(404);
    assertThat(client.get("/hosts/uhost-a/user-data").statusCode()).isEqualTo(200);
  }

  @Test
  void disksAppearAsTheyAreAttached() throws IOException {
    String id = client.create("one");
    await().until(() -> client.status(id).equals("Available"));
    client.call("AttachUDisk", "UDiskId", id, "HostId", "uhost-a");
    await().until(() -> client.status(id).equals("InUse"));
    JsonNode disks = json("/hosts/uhost-a/meta-data/v1.json").at("/uhost/disks");
    assertThat(disks.findValuesAsText("disk-id")).containsExactly("bsi-uhost-a", id);
    assertThat(disks.at("/1/drive").asText()).isEqualTo("vdb");
  }

  @Test
  void bareMetalHasAnotherShapeWithoutDiskIds() throws IOException {
    JsonNode document = json("/hosts/uphost-m/meta-data/v1.json");
    assertThat(document.has("uhost")).isFalse();
    assertThat(document.at("/uphost/phost-id").asText()).isEqualTo("uphost-m");
    assertThat(document.at("/uphost/disks/0").has("disk-id")).isFalse();
  }

  @Test
  void temporaryKeysAreGoodUntilTheyExpire() throws IOException {
    JsonNode data = json(V1 + "Uk8sServiceCharacter").path("Data");
    assertThat(data.path("Expiration").asLong()).isGreaterThan(Instant.now().getEpochSecond() - 1);
    client.use(
        data.path("PublicKey").asText(),
        data.path("PrivateKey").asText(),
        data.path("SecurityToken").asText());
    assertThat(client.call("DescribeUDisk").path("RetCode").asInt(-1)).isZero();
    await().until(() -> client.call("DescribeUDisk").path("RetCode").asInt() == 174);
  }

  @Test
  void theSecondFormTellsIsoTime() throws IOException {
    JsonNode data = json(V2 + "Uk8sServiceCharacter").path("Data");
    assertThat(Instant.parse(data.path("Expiration").asText()))
        .isBefore(Instant.now().plusSeconds(5));
    client.use(
        data.path("AccessKeyId").asText(),
        data.path("AccessKeySecret").asText(),
        data.path("SecurityToken").asText());
    assertThat(client.call("DescribeUDisk").path("RetCode").asInt(-1)).isZero();
    client.use(data.path("AccessKeyId").asText(), "wrong", data.path("SecurityToken").asText());
    assertThat(client.call("DescribeUDisk").path("RetCode").asInt(-1)).isEqualTo(171);
  }

  @Test
  void unknownRolesGetNoKeys() throws IOException {
    assertThat(json(V1 + "Nobody").path("RetCode").asInt()).isEqualTo(161);
    assertThat(json(V2 + "Nobody").path("RetCode").asInt()).isEqualTo(161);
  }

  private String text(String path) {
    return client.get("/hosts/uhost-a/meta-data/" + path).body();
  }

  private JsonNode json(String path) throws IOException {
    return Json.MAPPER.readTree(client.get(path).body());
  }
}
