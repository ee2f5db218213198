package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.fault.Call;
import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripted trouble, ordered in Java and over HTTP. */
class TroubleTest {
  private static final String ZONE = "cn-bj2-02";

  @TempDir Path stateDir;
  private Simulator simulator;
  private TestClient client;
  private String disk;

  @BeforeEach
  void start() {
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(stateDir)
                .withDelays(Delays.all(Duration.ZERO))
                .withHosts(HostSpec.of("uhost-a", ZONE)));
    client = new TestClient(simulator.endpoint());
    disk = client.create("one");
    await().until(() -> client.status(disk).equals("Available"));
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateUDisk", "AttachUDisk", "ResizeUDisk", "DeleteUDisk"})
  void aLostAnswerComesAfterTheEffect(String action) {
    simulator.faults().add(Fault.of(action, Effect.LOSE_ANSWER));
    assertThatThrownBy(() -> mutate(action)).isInstanceOf(TestClient.NoAnswer.class);
    assertThat(simulator.calls().of(action).getLast().outcome()).isEqualTo(Call.ANSWER_LOST);
    await()
        .untilAsserted(() -> {
          switch (action) {
            case "CreateUDisk" -> assertThat(count("two")).isEqualTo(1);
            case "AttachUDisk" -> assertThat(client.status(disk)).isEqualTo("InUse");
            case "ResizeUDisk" ->
                assertThat(client.describe(disk).path("Size").asInt()).isEqualTo(20);
            default -> assertThat(client.status(disk)).isEqualTo("absent");
          }
        });
  }

  @Test
  void aLostDetachAnswerComesAfterTheEffect() {
    mutate("AttachUDisk");
    await().until(() -> client.status(disk).equals("InUse"));
    simulator.faults().add(Fault.of("DetachUDisk", Effect.LOSE_ANSWER));
    assertThatThrownBy(() -> mutate("DetachUDisk")).isInstanceOf(TestClient.NoAnswer.class);
    await().until(() -> client.status(disk).equals("Available"));
  }

  @Test
  void aLateRequestTakesEffectLongAfterItWasGivenUp() {
    simulator.faults().add(Fault.late("CreateUDisk", 300));
    assertThatThrownBy(() -> mutate("CreateUDisk")).isInstanceOf(TestClient.NoAnswer.class);
    await().until(() -> count("two") == 1);
  }

  @Test
  void anAnswerCanSayThatNothingWasDoneAlthoughItWas() {
    simulator.faults().add(Fault.of("*", Effect.GARBAGE).butApplied());
    assertThatThrownBy(() -> mutate("CreateUDisk"));
    assertThat(count("two")).isEqualTo(1);
    simulator.faults().add(Fault.of("CreateUDisk", Effect.GARBAGE));
    assertThatThrownBy(() -> mutate("CreateUDisk"));
    assertThat(count("two")).isEqualTo(1);
  }

  @Test
  void aClearedRegionHasItsHostsOnly() {
    simulator.console().clear();
    assertThat(client.status(disk)).isEqualTo("absent");
    assertThat(simulator.state().disks()).allMatch(left -> left.boot());
  }

  @Test
  void aLostRequestHasNoEffect() {
    simulator.faults().add(Fault.of("CreateUDisk", Effect.LOSE_REQUEST));
    assertThatThrownBy(() -> mutate("CreateUDisk")).isInstanceOf(TestClient.NoAnswer.class);
    assertThat(count("two")).isZero();
    assertThat(simulator.calls().of("CreateUDisk").getLast().outcome())
        .isEqualTo(Call.REQUEST_LOST);
  }

  @Test
  void aFaultStrikesAsOftenAsOrderedAndOnlyWhatMatches() {
    simulator.faults().add(Fault.retCode("AttachUDisk", 17055).times(2).matching("UDiskId", disk));
    assertThat(
            client
                .call("AttachUDisk", "UDiskId", "bsm-x", "HostId", "uhost-a")
                .path("RetCode")
                .asInt())
        .isEqualTo(17041);
    assertThat(mutate("AttachUDisk")).isEqualTo(17055);
    assertThat(mutate("AttachUDisk")).isEqualTo(17055);
    assertThat(mutate("AttachUDisk")).isZero();
    assertThat(simulator.faults().remaining()).isEmpty();
  }

  @Test
  void aHeldRequestHasNoEffectUntilItIsReleased() throws InterruptedException {
    simulator.faults().add(Fault.of("CreateUDisk", Effect.HOLD));
    Thread caller = Thread.ofVirtual().start(() -> mutate("CreateUDisk"));
    await().until(() -> simulator.faults().held() == 1);
    assertThat(count("two")).isZero();
    simulator.faults().release();
    caller.join();
    assertThat(count("two")).isEqualTo(1);
  }

  @Test
  void aHeldAnswerComesAfterTheEffect() throws InterruptedException {
    simulator.faults().add(Fault.of("CreateUDisk", Effect.HOLD_ANSWER));
    Thread caller = Thread.ofVirtual().start(() -> mutate("CreateUDisk"));
    await().until(() -> simulator.faults().held() == 1);
    assertThat(count("two")).isEqualTo(1);
    assertThat(caller.isAlive()).isTrue();
    simulator.faults().release();
    caller.join();
  }

  @Test
  void everythingIsOrderedAndSeenOverHttpToo() {
    admin(
        "POST",
        "faults",
        Map.of("action", "DescribeUDisk", "effect", "http-status", "status", 503));
    assertThat(client.get("/admin/faults").body()).contains("http-status");
    assertThat(client.send("POST", "/", client.signed("DescribeUDisk")).statusCode())
        .isEqualTo(503);
    admin(
        "POST", "faults", Map.of("action", "X", "effect", "ret-code", "retCode", 153, "times", 9));
    admin("DELETE", "faults", Map.of());
    assertThat(client.get("/admin/faults").body()).contains("\"faults\":[]");
    admin("POST", "release", Map.of());

    admin("POST", "console/freeze", Map.of("diskId", disk));
    mutate("AttachUDisk");
    assertThat(client.get("/admin/disks/" + disk).body()).contains("\"status\":\"Attaching\"");
    admin("POST", "console/thaw", Map.of("diskId", disk));
    await().until(() -> client.status(disk).equals("InUse"));
    assertThat(client.get("/admin/state").body()).contains("\"kernelName\":\"vdb\"");
    admin("POST", "console/detach", Map.of("diskId", disk));
    admin("POST", "console/move-disk", Map.of("diskId", disk, "rdmaClusterId", "r"));
    admin("POST", "console/move-host", Map.of("hostId", "uhost-a", "rdmaClusterId", "r"));
    admin("POST", "console/letter", Map.of("hostId", "uhost-a", "kernelName", "vdz"));
    admin("POST", "console/power-off", Map.of("hostId", "uhost-a"));
    admin("POST", "console/power-on", Map.of("hostId", "uhost-a"));
    admin("POST", "console/remove", Map.of("hostId", "uhost-a"));
    admin("POST", "console/add-host", Map.of("id", "uhost-b", "zone", ZONE, "diskLimit", 3));
    admin("POST", "console/sold-out", Map.of("zone", ZONE, "type", "SSDDataDisk"));
    admin("POST", "console/quota", Map.of("disks", 5));
    admin("POST", "console/balance", Map.of("empty", true));
    admin("POST", "console/rate", Map.of("perSecond", 1000));
    assertThat(client.get("/admin/calls").body())
        .contains("AttachUDisk")
        .doesNotContain("Signature", "PublicKey");
    assertThat(client.send("POST", "/admin/console/freeze", Map.of("diskId", "no")).statusCode())
        .isEqualTo(404);
    assertThat(client.send("POST", "/admin/console/freeze", Map.of()).statusCode()).isEqualTo(400);
    assertThat(client.send("POST", "/admin/faults", Map.of("action", "X")).statusCode())
        .isEqualTo(400);
  }

  private void admin(String method, String path, Map<String, ?> body) {
    var response = client.send(method, "/admin/" + path, body);
    assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
  }

  private int count(String name) {
    return client.call("DescribeUDisk", "UDiskName", name).path("TotalCount").asInt(-1);
  }

  private int mutate(String action) {
    var answer =
        switch (action) {
          case "CreateUDisk" -> client.call(action, "Zone", ZONE, "Size", "10", "Name", "two");
          case "AttachUDisk", "DetachUDisk" ->
              client.call(action, "UDiskId", disk, "HostId", "uhost-a");
          case "ResizeUDisk" -> client.call(action, "Zone", ZONE, "UDiskId", disk, "Size", "20");
          default -> client.call(action, "Zone", ZONE, "UDiskId", disk);
        };
    return answer.path("RetCode").asInt(-1);
  }
}
