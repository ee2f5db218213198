package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.keys.Signature;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call, and in which form. */
class GatewayTest {
  @TempDir Path stateDir;
  private Simulator simulator;
  private TestClient client;

  @BeforeEach
  void start() {
    simulator = Simulator.start(SimulatorConfig.defaults(stateDir));
    client = new TestClient(simulator.endpoint());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void everyAnswerNamesItsActionAndItsRequest() {
    var response = client.send("POST", "/", client.signed("DescribeUDisk"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("X-UCLOUD-REQUEST-UUID")).isPresent();
    assertThat(response.body()).contains("\"Action\":\"DescribeUDiskResponse\",\"RetCode\":0");
  }

  @Test
  void formAndQueryAreAsGoodAsJson() {
    Map<String, String> signed = client.signed("DescribeUDisk", "UDiskName", "数据盘 1+1&=");
    assertThat(client.postForm(signed).path("RetCode").asInt(-1)).isZero();
    assertThat(client.getQuery(signed).path("RetCode").asInt(-1)).isZero();
  }

  @Test
  void nativeNumbersBooleansAndListsSignAsTheirText() {
    Map<String, Object> sent = new HashMap<>();
    sent.put("Action", "DescribeUHostInstance");
    sent.put("Region", "cn-bj2");
    sent.put("PublicKey", "simulator-public-key");
    sent.put("Limit", 10);
    sent.put("Odd", 1.50);
    sent.put("Large", 1e21);
    sent.put("Flag", true);
    sent.put("UHostIds", List.of("uhost-a", "uhost-b"));
    Map<String, String> text = new HashMap<>();
    sent.forEach((name, value) -> text.put(name, value.toString()));
    text.put("Odd", "1.5");
    text.put("Large", "1000000000000000000000");
    text.put("UHostIds", "uhost-auhost-b");
    sent.put("Signature", Signature.of(text, "simulator-private-key"));
    assertThat(client.post(sent).path("RetCode").asInt(-1)).isZero();
  }

  @Test
  void strangersAndForgersAreRefused() {
    assertThat(code("Action", "")).isEqualTo(160);
    assertThat(retCode(client.call("MakeCoffee"))).isEqualTo(161);
    assertThat(code("Signature", "")).isEqualTo(170);
    assertThat(code("Signature", "0000")).isEqualTo(171);
    assertThat(code("Limit", "11")).as("changed after signing").isEqualTo(171);
    assertThat(code("PublicKey", "somebody")).isEqualTo(172);
    assertThat(code("SecurityToken", "invented")).isEqualTo(174);
  }

  @Test
  void placesThatAreNotOursAreRefused() {
    assertThat(retCode(client.call("DescribeUDisk", "ProjectId", "org-else"))).isEqualTo(292);
    assertThat(retCode(client.call("DescribeUDisk", "Zone", "cn-sh2-01"))).isEqualTo(293);
    assertThat(retCode(client.call("DescribeUDisk", "Region", "cn-sh2"))).isEqualTo(230);
  }

  @Test
  void parametersThatAreMissingOrSenselessAreRefused() {
    assertThat(create("Name", "")).isEqualTo(230);
    assertThat(create("Name", "x".repeat(64))).isEqualTo(230);
    assertThat(create("Size", "0")).isEqualTo(230);
    assertThat(create("Size", "8001")).isEqualTo(230);
    assertThat(create("Size", "ten")).isEqualTo(230);
    assertThat(create("DiskType", "CLOUD_SSD")).isEqualTo(230);
    assertThat(create("ChargeType", "Hourly")).isEqualTo(230);
    assertThat(create("UKmsMode", "true")).isEqualTo(230);
    assertThat(client.post(Map.of()).path("RetCode").asInt()).isEqualTo(160);
  }

  @Test
  void tooManyRequestsAreRefused() {
    simulator.console().rate(0.01);
    assertThat(retCode(client.call("DescribeUDisk"))).isZero();
    assertThat(retCode(client.call("DescribeUDisk"))).isEqualTo(153);
    simulator.console().rate(null);
    assertThat(retCode(client.call("DescribeUDisk"))).isZero();
  }

  @Test
  void changesCanHaveALimitOfTheirOwn(@TempDir Path other) {
    SimulatorConfig config =
        SimulatorConfig.defaults(other).withLimits(new SimulatorConfig.Limits(10, null, 0.01));
    try (Simulator limited = Simulator.start(config)) {
      TestClient caller = new TestClient(limited.endpoint());
      assertThat(retCode(caller.call("DeleteUDisk", "UDiskId", "bsm-none"))).isNotEqualTo(153);
      assertThat(retCode(caller.call("DeleteUDisk", "UDiskId", "bsm-none"))).isEqualTo(153);
      assertThat(retCode(caller.call("DescribeUDisk"))).isZero();
    }
  }

  /** A signed call with one parameter changed, or taken out, afterwards. */
  private int code(String parameter, String value) {
    Map<String, String> changed = client.signed("DescribeUDisk", "Limit", "10");
    changed.put(parameter, value);
    return retCode(client.post(changed));
  }

  private int create(String parameter, String value) {
    Map<String, String> all = new HashMap<>();
    all.put("Zone", "cn-bj2-02");
    all.put("Size", "10");
    all.put("Name", "x");
    all.put(parameter, value);
    return retCode(
        client.call(
            "CreateUDisk",
            all.entrySet().stream()
                .flatMap(e -> Stream.of(e.getKey(), e.getValue()))
                .toArray(String[]::new)));
  }

  private static int retCode(JsonNode answer) {
    return answer.path("RetCode").asInt(-1);
  }
}
