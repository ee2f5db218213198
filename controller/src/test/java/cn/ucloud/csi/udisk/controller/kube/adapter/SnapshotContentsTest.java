package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers as an API server gives them, in parts. */
class SnapshotContentsTest {
  private static final String PATH = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";
  private static final String UID = "6a9c1f0e-0000-4000-8000-00000000000";

  @TempDir private Path directory;
  private final FakeApiServer api = new FakeApiServer();
  private KubernetesClient client;
  private SnapshotContents contents;

  @BeforeEach
  void connect() throws IOException {
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Duration.ofSeconds(20));
    contents = new SnapshotContents(client);
    are();
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  private void are(String... items) {
    api.answer(
        PATH,
        """
        {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContentList",
         "metadata": {"continue": null}, "items": [%s]}
        """
            .formatted(String.join(",", items)));
  }

  @Test
  void aSnapshotIsOnRecordByTheHandleOfAContentHoweverItCameThere() {
    are(
        content(
            "{\"source\": {\"volumeHandle\": \"bsm-1\"}}", "{\"snapshotHandle\": \"bsSnap-1\"}"),
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
    are(
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
    are(
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
    api.refuse(PATH, 404);
    assertThat(contents.exist()).isFalse();
    api.refuse(PATH, 403);
    assertThat(contents.exist()).isFalse();
  }

  @Test
  void anApiServerThatFailsIsADoubtAndNoAbsence() {
    api.refuse(PATH, 500);
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
