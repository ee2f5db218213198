package cn.ucloud.csi.udisk.controller.kube.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.kube.fixture.FakeApiServer;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers as an API server gives them, in two parts where a continuation is asked for. */
class SnapshotContentsTest {
  private static final String PATH = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";
  private static final String UID = "6a9c1f0e-0000-4000-8000-00000000000";

  @TempDir private Path directory;
  private HttpServer server;
  private KubernetesClient client;
  private SnapshotContents contents;
  private int status = 200;
  private List<String> items = List.of();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            boolean isKnown = exchange.getRequestURI().getPath().equals(PATH);
            boolean isSecond = exchange.getRequestURI().getQuery().contains("continue=rest");
            byte[] body = page(isSecond).getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(isKnown ? status : 400, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    Path kubeconfig = FakeApiServer.kubeconfig(directory, server.getAddress().getPort());
    client = KubernetesClients.connect(Optional.of(kubeconfig), Duration.ofSeconds(20));
    contents = new SnapshotContents(client);
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  private String page(boolean isSecond) {
    int half = items.size() / 2;
    List<String> part = isSecond ? items.subList(half, items.size()) : items.subList(0, half);
    return """
    {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContentList",
     "metadata": {"continue": "%s"}, "items": [%s]}
    """
        .formatted(isSecond ? "" : "rest", String.join(",", part));
  }

  @Test
  void aSnapshotIsOnRecordByTheHandleOfAContentHoweverItCameThere() {
    items =
        List.of(
            content(
                "{\"source\": {\"volumeHandle\": \"bsm-1\"}}",
                "{\"snapshotHandle\": \"bsSnap-1\"}"),
            content("{\"source\": {\"snapshotHandle\": \"bsSnap-2\"}}", "{}"));
    assertThat(
            contents.among(
                List.of(
                    snapshot("bsSnap-1", "snapshot-" + UID + "1_uk8s-x"),
                    snapshot("bsSnap-2", "by hand"),
                    snapshot("bsSnap-3", "snapshot-" + UID + "3_uk8s-x"))))
        .containsExactlyInAnyOrder(new SnapshotId("bsSnap-1"), new SnapshotId("bsSnap-2"));
  }

  @Test
  void aContentWithoutAHandleWaitsForTheSnapshotThatCarriesItsUid() {
    items =
        List.of(
            content("{\"volumeSnapshotRef\": {\"uid\": \"" + UID + "1\"}}", "{}"),
            content(
                "{\"volumeSnapshotRef\": {\"uid\": \"" + UID + "2\"}}",
                "{\"snapshotHandle\": \"bsSnap-other\"}"));
    Snapshot waitedFor = snapshot("bsSnap-1", "snapshot-" + UID + "1_uk8s-x");
    Snapshot second = snapshot("bsSnap-2", "snapshot-" + UID + "2_uk8s-x");
    Snapshot cut = snapshot("bsSnap-3", "snapshot-6a9c1f0e-0000-4000-0123456789abcdef_a-long-id");
    assertThat(contents.among(List.of(waitedFor, second, cut)))
        .containsExactlyInAnyOrder(waitedFor.id(), cut.id());
  }

  @Test
  void aSnapshotMayStillBeAskedForUntilItsContentSaysReady() {
    items =
        List.of(
            content("{\"volumeSnapshotRef\": {\"uid\": \"" + UID + "1\"}}", "null"),
            content(
                "{\"volumeSnapshotRef\": {\"uid\": \"" + UID + "2\"}}",
                "{\"snapshotHandle\": \"bsSnap-2\", \"readyToUse\": false}"),
            content(
                "{\"volumeSnapshotRef\": {\"uid\": \"" + UID + "3\"}}",
                "{\"snapshotHandle\": \"bsSnap-3\", \"readyToUse\": true}"),
            content("{\"volumeSnapshotRef\": null}", "{}"));
    assertThat(contents.uidsOfUnready()).containsExactlyInAnyOrder(UID + "1", UID + "2");
  }

  @Test
  void aClusterThatDoesNotServeOrShowThemHasNone() {
    assertThat(contents.exist()).isTrue();
    status = 404;
    assertThat(contents.exist()).isFalse();
    status = 403;
    assertThat(contents.exist()).isFalse();
  }

  @Test
  void anApiServerThatFailsIsADoubtAndNoAbsence() {
    status = 500;
    assertThatThrownBy(contents::exist).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> contents.among(List.of())).isInstanceOf(Unavailable.class);
    assertThatThrownBy(contents::uidsOfUnready).isInstanceOf(Unavailable.class);
  }

  private static String content(String spec, String state) {
    return """
    {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
     "metadata": {"name": "snapcontent"}, "spec": %s, "status": %s}
    """
        .formatted(spec, state);
  }

  private static Snapshot snapshot(String id, String name) {
    return new Snapshot(
        new SnapshotId(id), name, new VolumeId("bsm-1"), DiskSize.ofGib(10), Instant.EPOCH, true);
  }
}
