package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicyContract;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.testing.kube.BareObjects;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before an API server that keeps JSON. */
class KubernetesForceDetachPolicyContractTest extends ForceDetachPolicyContract {
  private static final String CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims";

  private final FakeApiServer api = new FakeApiServer();
  private KubernetesClient client;
  private KubernetesForceDetachPolicy policy;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    BareObjects.putInto(api);
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Duration.ofSeconds(20));
    policy = new KubernetesForceDetachPolicy(client, true);
  }

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Override
  protected ForceDetachPolicy policy() {
    return policy;
  }

  @Override
  protected void node(String host, boolean isReady) {
    api.putJson(
        "/api/v1/nodes",
        "{'kind': 'Node', 'metadata': {'name': '%s', 'labels': {'UhostID': '%s'}}, 'spec': null,"
                .formatted(host, host)
            + " 'status': {'volumesInUse': null, 'conditions': [{'type': 'MemoryPressure',"
            + " 'status': 'True', 'reason': null}, {'type': 'Ready', 'status': '%s'}]}}"
                .formatted(isReady ? "True" : "Unknown"));
  }

  @Override
  protected void attachment(String name, String disk, String host) {
    api.putVolume("pv-of-" + name, disk);
    api.put(FakeApiServer.attachment(name, host, "pv-of-" + name).build());
  }

  @Override
  protected void use(String disk, String host) {
    var _ =
        api.client()
            .nodes()
            .withName(host)
            .edit(node ->
                new NodeBuilder(node)
                    .editStatus()
                    .withVolumesInUse(List.of("kubernetes.io/csi/udisk.csi.ucloud.cn^" + disk))
                    .endStatus()
                    .build());
  }

  @Override
  protected String claim() {
    var _ =
        api.client()
            .raw(
                CLAIMS,
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
  protected void bind(String volume) {
    var _ =
        api.client()
            .persistentVolumeClaims()
            .inNamespace("shop")
            .withName("data-0")
            .edit(claim ->
                new PersistentVolumeClaimBuilder(claim)
                    .editSpec()
                    .withVolumeName(volume)
                    .endSpec()
                    .build());
  }

  @Override
  protected void volume(String name, String disk) {
    api.putVolume(name, disk);
  }

  @Override
  protected void away() {
    api.refuse("/api/v1/nodes");
    api.refuse("/apis/storage.k8s.io/v1/csinodes");
    api.refuse(CLAIMS + "/data-0");
  }
}
