package cn.ucloud.csi.udisk.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterNodesTest {

  private final ApiServer api = new ApiServer();
  private Watched<Node> watched;
  private ClusterNodes nodes;

  @BeforeEach
  void watch() {
    watched = new Watched<>("nodes", api.client().nodes());
    nodes = new ClusterNodes(watched);
  }

  @AfterEach
  void close() {
    watched.close();
    api.close();
  }

  @Test
  void beforeTheNodesAreKnownNothingIsConcludedFromTheirAbsence() {
    assertThatThrownBy(() -> nodes.findInstance(new NodeId("10.9.0.1")))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void anAddressIsFoundByTheNodesNameOrItsInternalAddress() {
    put("10.9.0.1", "10.9.0.1", Map.of("UhostID", "uhost-a"));
    put("worker-2", "10.9.0.2", Map.of("UHostID", "uhost-b"));
    put("worker-3", "10.9.0.3", Map.of("node.uk8s.ucloud.cn/resource_id", "upm-c"));
    put("worker-4", "10.9.0.4", Map.of("UhostID", "10.9.0.4"));
    start();
    assertThat(nodes.findInstance(new NodeId("10.9.0.1"))).hasValue(new NodeId("uhost-a"));
    assertThat(nodes.findInstance(new NodeId("10.9.0.2"))).hasValue(new NodeId("uhost-b"));
    assertThat(nodes.findInstance(new NodeId("10.9.0.3"))).hasValue(new NodeId("upm-c"));
    assertThat(nodes.findInstance(new NodeId("10.9.0.4"))).isEmpty();
    assertThat(nodes.findInstance(new NodeId("10.9.0.9"))).isEmpty();
  }

  @Test
  void aNodeThatComesOrGoesIsNoticed() {
    start();
    put("10.9.0.1", "10.9.0.1", Map.of("UhostID", "uhost-a"));
    await().until(() -> nodes.findInstance(new NodeId("10.9.0.1")).isPresent());
    api.client().nodes().withName("10.9.0.1").delete();
    await().until(() -> nodes.findInstance(new NodeId("10.9.0.1")).isEmpty());
  }

  private void start() {
    watched.start();
    await().ignoreExceptions().until(() -> watched.all() != null);
  }

  private void put(String name, String address, Map<String, String> labels) {
    var _ =
        api.client()
            .resource(
                new NodeBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withLabels(labels)
                    .endMetadata()
                    .withNewStatus()
                    .addNewAddress(address, "InternalIP")
                    .endStatus()
                    .build())
            .create();
  }
}
