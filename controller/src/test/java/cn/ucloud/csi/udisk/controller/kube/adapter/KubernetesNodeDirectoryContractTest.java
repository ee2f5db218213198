package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectoryContract;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.testing.Patience;
import cn.ucloud.csi.udisk.testing.kube.BareObjects;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before an API server that keeps JSON. */
class KubernetesNodeDirectoryContractTest extends NodeDirectoryContract {
  private final FakeApiServer api = new FakeApiServer();
  private KubernetesClient client;
  private Informer<NodeRecord> nodes;
  private Informer<CsiNodeRecord> csiNodes;
  private int named;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Patience.LIMIT);
    nodes = NodeRecord.watch(client);
    csiNodes = CsiNodeRecord.watch(client);
  }

  @AfterEach
  void close() {
    csiNodes.close();
    nodes.close();
    client.close();
    api.close();
  }

  @Override
  protected NodeDirectory directory() {
    return new KubernetesNodes(
        client, nodes, csiNodes, new EarlierRequests(client, Duration.ofMinutes(1)));
  }

  @Override
  protected void node(NodeId address, Optional<NodeId> instance) {
    api.putJson(
        "/api/v1/nodes",
        "{'kind': 'Node', 'metadata': {'name': 'worker-%d', 'labels': {'UhostID': %s}},"
                .formatted(named++, instance.map(id -> "'" + id + "'").orElse("null"))
            + " 'spec': null, 'status': {'conditions': null, 'addresses':"
            + " [{'type': 'InternalIP', 'address': '%s'}]}}".formatted(address));
  }

  @Override
  protected void know() {
    BareObjects.putInto(api);
    var _ = nodes.start();
    await().ignoreExceptions().until(() -> nodes.all() != null);
  }
}
