package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecordsContract;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.testing.kube.BareObjects;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before an API server that keeps JSON. */
class KubernetesRecordsContractTest extends ClusterRecordsContract {
  private static final String CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

  private final FakeApiServer api = new FakeApiServer();
  private final List<String> contents = new ArrayList<>();
  private KubernetesClient client;
  private Informer<NodeRecord> nodes;
  private Informer<CsiNodeRecord> csiNodes;
  private Informer<VolumeRecord> volumes;
  private Informer<AttachmentRecord> attachments;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    BareObjects.putInto(api);
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Duration.ofSeconds(20));
    nodes = NodeRecord.watch(client);
    csiNodes = CsiNodeRecord.watch(client);
    volumes = VolumeRecord.watch(client);
    attachments = AttachmentRecord.watch(client);
  }

  @AfterEach
  void close() {
    List.of(nodes, csiNodes, volumes, attachments).forEach(Informer::close);
    client.close();
    api.close();
  }

  @Override
  protected ClusterRecords records() {
    return new KubernetesRecords(
        client, nodes, csiNodes, volumes, attachments, new SnapshotContents(client));
  }

  /** Its name says nothing, as where nodes are not called by their addresses. */
  @Override
  protected void node(String host, String address) {
    api.putJson(
        "/api/v1/nodes",
        "{'kind': 'Node', 'metadata': {'name': 'node-%s', 'labels': {'UhostID': '%s'}},"
                .formatted(host, host)
            + " 'spec': null, 'status': {'conditions': null, 'addresses':"
            + " [{'type': 'InternalIP', 'address': '%s'}]}}".formatted(address));
  }

  @Override
  protected void volume(VolumeId disk) {
    api.putVolume("pv-" + disk, disk.value());
  }

  @Override
  protected void attachment(VolumeId disk, String host) {
    api.put(FakeApiServer.attachment("va-" + disk, "node-" + host, "pv-" + disk).build());
  }

  @Override
  protected String claim() {
    var _ =
        api.client()
            .raw(
                "/api/v1/namespaces/shop/persistentvolumeclaims",
                "POST",
                """
                {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                 "metadata": {"name": "data-0", "namespace": "shop", "annotations": null},
                 "spec": {"volumeName": null}, "status": null}
                """);
    return api.client()
        .persistentVolumeClaims()
        .inNamespace("shop")
        .withName("data-0")
        .get()
        .getMetadata()
        .getUid();
  }

  @Override
  protected void bind(String uid) {
    var _ =
        api.client()
            .persistentVolumeClaims()
            .inNamespace("shop")
            .withName("data-0")
            .edit(claim -> {
              claim.getSpec().setVolumeName("pvc-" + uid);
              return claim;
            });
  }

  @Override
  protected void content(SnapshotId snapshot) {
    answer(
        "{\"source\": {\"volumeHandle\": null}, \"volumeSnapshotRef\": null}",
        "{\"snapshotHandle\": \"" + snapshot + "\", \"readyToUse\": null}");
  }

  @Override
  protected void emptyContent(String uid) {
    answer("{\"volumeSnapshotRef\": {\"uid\": \"" + uid + "\"}}", "null");
  }

  private void answer(String spec, String status) {
    contents.add(
        """
        {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
         "metadata": {"name": "snapcontent"}, "spec": %s, "status": %s}
        """
            .formatted(spec, status));
    api.answer(
        CONTENTS,
        """
        {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContentList",
         "metadata": {"continue": null}, "items": [%s]}
        """
            .formatted(String.join(",", contents)));
  }

  @Override
  protected void noContents() {
    api.refuse(CONTENTS, 404);
  }

  @Override
  protected void know() {
    List.of(nodes, csiNodes, volumes, attachments)
        .forEach(watched -> {
          var _ = watched.start();
        });
    await().ignoreExceptions().until(() -> records().view() != null);
  }

  @Override
  protected void away() {
    api.refuse("/api/v1/persistentvolumes");
    api.refuse("/api/v1/persistentvolumeclaims");
    api.refuse(CONTENTS);
  }
}
