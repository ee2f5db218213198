package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.cluster.SchedulingContract;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.testing.kube.BareObjects;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before an API server that keeps JSON. */
class KubernetesSchedulingContractTest extends SchedulingContract {
  private static final String CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims";
  private static final String CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

  private final FakeApiServer api = new FakeApiServer();
  private final List<String> snapshots = new ArrayList<>();
  private KubernetesClient client;
  private Informer<NodeRecord> nodes;
  private Informer<CsiNodeRecord> csiNodes;
  private EarlierRequests earlier;
  private KubernetesNodes known;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    BareObjects.putInto(api);
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Duration.ofSeconds(20));
    nodes = NodeRecord.watch(client);
    csiNodes = CsiNodeRecord.watch(client);
    earlier = new EarlierRequests(client, Duration.ofMillis(50));
    known = new KubernetesNodes(client, nodes, csiNodes, earlier);
  }

  @AfterEach
  void close() {
    earlier.close();
    csiNodes.close();
    nodes.close();
    client.close();
    api.close();
  }

  @Override
  protected Scheduling scheduling() {
    return known;
  }

  @Override
  protected void node(String name, Optional<String> instance, Map<String, String> segments) {
    String labels =
        Stream.concat(
                instance.stream().map(id -> "'UhostID': '" + id + "'"),
                segments.entrySet().stream()
                    .map(segment -> "'%s': '%s'".formatted(segment.getKey(), segment.getValue())))
            .collect(Collectors.joining(", "));
    api.putJson(
        "/api/v1/nodes",
        "{'kind': 'Node', 'metadata': {'name': '%s', 'labels': {%s}}, 'spec': {'taints': null},"
                .formatted(name, labels)
            + " 'status': {'addresses': null}}");
  }

  @Override
  protected void snapshot(String uid) {
    snapshots.add(
        """
        {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
         "metadata": {"name": "snapcontent-%s"},
         "spec": {"volumeSnapshotRef": {"uid": "%s"}}, "status": null}
        """
            .formatted(uid, uid));
  }

  @Override
  protected String claim(Optional<String> node) {
    deleteClaim();
    String annotations =
        node.map(name -> "{\"volume.kubernetes.io/selected-node\": \"" + name + "\"}")
            .orElse("null");
    var _ =
        api.client()
            .raw(
                CLAIMS,
                "POST",
                """
                {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                 "metadata": {"name": "data-0", "namespace": "shop", "annotations": %s},
                 "spec": {"volumeName": null, "storageClassName": null}, "status": null}
                """
                    .formatted(annotations));
    return resource().get().getMetadata().getUid();
  }

  @Override
  protected void deleteClaim() {
    var _ = resource().delete();
  }

  private Resource<PersistentVolumeClaim> resource() {
    return api.client().persistentVolumeClaims().inNamespace("shop").withName("data-0");
  }

  @Override
  protected void begin() {
    api.answer(
        CONTENTS,
        """
        {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContentList",
         "metadata": {"continue": null}, "items": [%s]}
        """
            .formatted(String.join(",", snapshots)));
    var _ = nodes.start();
    var _ = csiNodes.start();
    earlier.start();
    await().until(earlier::areClaimsKnown);
    await().until(() -> !earlier.mayHaveSnapshot("6a9c1f0e-0000-4000-8000-000000000009"));
    await().ignoreExceptions().until(() -> nodes.all() != null && csiNodes.all() != null);
  }

  @Override
  protected void away() {
    api.refuse(CLAIMS + "/data-0");
  }
}
