package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectoryContract;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.testing.kube.BareObjects;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** The real adapter, before an API server that keeps JSON. */
class KubernetesNodeDirectoryContractTest extends NodeDirectoryContract {
  private final FakeApiServer api = new FakeApiServer();
  private final Informer<NodeRecord> nodes = NodeRecord.watch(api.client());
  private final Informer<CsiNodeRecord> csiNodes = CsiNodeRecord.watch(api.client());
  private int named;

  @AfterEach
  void close() {
    csiNodes.close();
    nodes.close();
    api.close();
  }

  @Override
  protected NodeDirectory directory() {
    return new KubernetesNodes(
        api.client(), nodes, csiNodes, new EarlierRequests(api.client(), Duration.ofMinutes(1)));
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
