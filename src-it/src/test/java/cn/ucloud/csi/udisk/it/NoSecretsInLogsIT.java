package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.fault.Call;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.keys.Signature;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.MountVolume;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run at debug level with secrets in every request: none is in anything that is told. */
class NoSecretsInLogsIT {
  private static final String PUBLIC_KEY = "simulator-public-key";
  private static final String PRIVATE_KEY = "simulator-private-key";
  private static final String WRONG_KEY = "another-private-key";
  private static final String REQUEST_SECRET = "value-of-a-request-secret";
  private static final String FLAG_SECRET = "value-of-a-mount-flag";
  private static final Map<String, String> SECRETS = Map.of("user", REQUEST_SECRET);
  private static final VolumeCapability CAPABILITY =
      ControllerCalls.EXT4.toBuilder()
          .setMount(MountVolume.newBuilder().addMountFlags("password=" + FLAG_SECRET))
          .build();

  @TempDir private static Path directory;
  private static final List<String> REFUSALS = new ArrayList<>();
  private static final Map<String, String> TOLD = new LinkedHashMap<>();
  private static Sandbox sandbox;
  private static String volume = "";

  /** What is told while a volume lives and many calls are refused, at the level that tells most. */
  @BeforeAll
  static void run() throws Exception {
    int port = FreePort.take();
    int nodePort = FreePort.take();
    sandbox =
        new Sandbox(directory, Duration.ofMillis(20), Duration.ofMillis(20))
            .with("--http-listen", "127.0.0.1:" + port)
            .startController();
    Plugin badKeys =
        sandbox.startController("bad-keys", Map.of(), Map.of("UCLOUD_API_PRIKEY", WRONG_KEY));
    Plugin node =
        sandbox.startNode("node", "uhost-a", Map.of("--http-listen", "127.0.0.1:" + nodePort));

    live(sandbox.calls());
    beRefused(sandbox.calls(), new ControllerCalls(badKeys.socket()), new NodeCalls(node.socket()));

    TOLD.put("metrics of the controller", metrics(port));
    TOLD.put("metrics of the node", metrics(nodePort));
    TOLD.put("messages", String.join("\n", REFUSALS));
    TOLD.put("log of the node", end(node.process()));
    TOLD.put("log of the controller with wrong keys", end(badKeys.process()));
    TOLD.put("log of the controller", end(sandbox.controller()));
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @Test
  void somethingIsToldOfEverything() {
    assertThat(TOLD).allSatisfy((_, text) -> assertThat(text).isNotBlank());
    assertThat(TOLD.get("log of the controller"))
        .contains(volume, "***stripped***", "DEBUG")
        .contains(sandbox.simulator().calls().all().getLast().action());
    assertThat(sandbox.simulator().calls().of("CreateUDisk"))
        .isNotEmpty()
        .extracting(Call::requestUuid)
        .allSatisfy(uuid -> assertThat(TOLD.get("log of the controller")).contains(uuid));
    assertThat(TOLD.get("log of the node")).contains("NodeStageVolume", "***stripped***");
    assertThat(TOLD.get("metrics of the controller")).contains("udisk_api_request_seconds");
    assertThat(TOLD.get("metrics of the node")).contains("NodePublishVolume");
    assertThat(REFUSALS).hasSizeGreaterThan(10).anyMatch(line -> line.contains("RetCode 171"));
  }

  @Test
  void noSecretIsInIt() {
    for (String secret : List.of(PUBLIC_KEY, PRIVATE_KEY, WRONG_KEY, REQUEST_SECRET, FLAG_SECRET)) {
      assertThat(TOLD)
          .allSatisfy((where, text) -> assertThat(text).as(where).doesNotContain(secret));
    }
  }

  /** A signature is 40 hexadecimal digits, and nothing else that long may look like one. */
  @Test
  void noSignatureIsInIt() {
    String signature = "[0-9a-fA-F]{40}";
    assertThat(Signature.of(Map.of("Action", "CreateUDisk"), PRIVATE_KEY)).matches(signature);
    assertThat(sandbox.simulator().calls().all()).hasSizeGreaterThan(10);
    assertThat(TOLD)
        .allSatisfy((where, text) -> assertThat(text).as(where).doesNotContainPattern(signature));
  }

  private static void live(ControllerCalls calls) {
    volume = untilCertain(() -> calls.create(create())).getVolumeId();
    var _ = untilCertain(() -> calls.call(stub -> stub.controllerPublishVolume(publish(volume))));
    ControllerUnpublishVolumeRequest unpublish =
        ControllerUnpublishVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setNodeId("uhost-a")
            .putAllSecrets(SECRETS)
            .build();
    var _ = untilCertain(() -> calls.call(stub -> stub.controllerUnpublishVolume(unpublish)));
    var _ = untilCertain(() -> calls.call(stub -> stub.deleteVolume(delete(volume))));
  }

  private static void beRefused(ControllerCalls calls, ControllerCalls badKeys, NodeCalls node) {
    refused(() -> badKeys.create(create()));
    refused(() -> badKeys.call(stub -> stub.controllerPublishVolume(publish("bsm-a"))));
    refused(() -> badKeys.call(stub -> stub.deleteVolume(delete("bsm-a"))));
    refused(() -> badKeys.call(stub -> stub.validateVolumeCapabilities(validate())));
    refused(() -> calls.call(stub -> stub.validateVolumeCapabilities(validate())));
    refused(() -> calls.call(stub -> stub.controllerPublishVolume(publish("bsm-unknown"))));
    refused(() -> calls.create(create().toBuilder().putParameters("colour", "red").build()));
    for (int code : List.of(150, 170, 172, 299, 17005, 64999)) {
      sandbox.simulator().faults().add(Fault.retCode("CreateUDisk", code));
      refused(() -> calls.create(create().toBuilder().setName("pvc-" + code).build()));
    }
    refused(() ->
        node.call(stub ->
            stub.nodeStageVolume(
                NodeCalls.stageRequest()
                    .setVolumeCapability(CAPABILITY)
                    .putAllSecrets(SECRETS)
                    .build())));
    refused(() ->
        node.call(stub ->
            stub.nodePublishVolume(
                NodeCalls.publishRequest()
                    .setVolumeCapability(CAPABILITY)
                    .putAllSecrets(SECRETS)
                    .build())));
  }

  private static void refused(Callable<?> call) {
    try {
      var _ = call.call();
      throw new AssertionError("not refused");
    } catch (StatusRuntimeException e) {
      REFUSALS.add(String.valueOf(e.getMessage()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static CreateVolumeRequest create() {
    return ControllerCalls.createRequest("pvc-secret")
        .setVolumeCapabilities(0, CAPABILITY)
        .putAllSecrets(SECRETS)
        .build();
  }

  private static ControllerPublishVolumeRequest publish(String volumeId) {
    return ControllerPublishVolumeRequest.newBuilder()
        .setVolumeId(volumeId)
        .setNodeId("uhost-a")
        .setVolumeCapability(CAPABILITY)
        .putAllSecrets(SECRETS)
        .build();
  }

  private static DeleteVolumeRequest delete(String volumeId) {
    return DeleteVolumeRequest.newBuilder().setVolumeId(volumeId).putAllSecrets(SECRETS).build();
  }

  private static ValidateVolumeCapabilitiesRequest validate() {
    return ValidateVolumeCapabilitiesRequest.newBuilder()
        .setVolumeId("bsm-unknown")
        .addVolumeCapabilities(CAPABILITY)
        .putAllSecrets(SECRETS)
        .build();
  }

  /** The whole log, also of the orderly end. */
  private static String end(DriverProcess process) {
    assertThat(process.terminate()).as(process.log()).isEqualTo(143);
    return process.log();
  }

  private static String metrics(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}
