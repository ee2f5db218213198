package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A region with a host of every kind, and short ways to call it. */
abstract class RegionWithHosts {
  static final String ZONE = "cn-bj2-02";
  static final String CLUSTER = "9002_25GE_D_R006";

  @TempDir Path stateDir;
  Simulator simulator;
  TestClient client;

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

  String available(String name, String... more) {
    String id = client.create(name, more);
    awaitStatus(id, "Available");
    return id;
  }

  String inUse(String name, String hostId) {
    String id = available(name);
    assertThat(attach(id, hostId)).isZero();
    awaitStatus(id, "InUse");
    return id;
  }

  void awaitStatus(String id, String status) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(client.status(id)).isEqualTo(status));
  }

  int order(String type) {
    return retCode(
        client.call("CreateUDisk", "Zone", ZONE, "Size", "10", "Name", "x", "DiskType", type));
  }

  int attach(String id, String hostId) {
    return retCode(
        client.call("AttachUDisk", "UDiskId", id, "HostId", hostId, "MultiAttach", "No"));
  }

  int detach(String id, String hostId) {
    return retCode(client.call("DetachUDisk", "UDiskId", id, "HostId", hostId));
  }

  int delete(String id) {
    return retCode(client.call("DeleteUDisk", "Zone", ZONE, "UDiskId", id));
  }

  int resize(String id, int sizeGb) {
    return retCode(
        client.call("ResizeUDisk", "Zone", ZONE, "UDiskId", id, "Size", Integer.toString(sizeGb)));
  }

  int resizeAttached(String id, String hostId, int sizeGb) {
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

  static int retCode(JsonNode answer) {
    return answer.path("RetCode").asInt(-1);
  }
}
