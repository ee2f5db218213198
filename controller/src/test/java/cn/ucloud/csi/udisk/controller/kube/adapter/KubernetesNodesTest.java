package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.cluster.SelectedNode;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubernetesNodesTest {
  private static final String REGION = "topology.udisk.csi.ucloud.cn/region";
  private static final String ZONE = "topology.udisk.csi.ucloud.cn/zone";
  private static final Claim CLAIM = new Claim("shop", "data-0", "pvc-1");

  private final FakeApiServer api = new FakeApiServer();
  private Informer<NodeRecord> watched;
  private Informer<CsiNodeRecord> csiNodes;
  private EarlierRequests earlier;
  private KubernetesNodes nodes;

  @BeforeEach
  void watch() {
    watched = NodeRecord.watch(api.client());
    csiNodes = CsiNodeRecord.watch(api.client());
    earlier = new EarlierRequests(api.client(), Duration.ofMillis(50));
    nodes = new KubernetesNodes(api.client(), watched, csiNodes, earlier);
  }

  @AfterEach
  void close() {
    earlier.close();
    csiNodes.close();
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

  @Test
  void theSelectedNodeIsFoundThroughTheClaim() {
    put(
        "10.9.0.1",
        "10.9.0.1",
        Map.of(
            "UhostID", "uhost-a",
            "topology.kubernetes.io/region", "cn-bj2",
            "topology.kubernetes.io/zone", "cn-bj2-02",
            "topology.udisk.csi.ucloud.cn/rssd", "true"));
    start();
    assertThat(nodes.findSelectedNode(CLAIM)).as("no such claim").isEmpty();
    claim(Map.of());
    assertThat(nodes.findSelectedNode(CLAIM)).as("not placed yet").isEmpty();
    assertThat(nodes.isImmediate(CLAIM)).isTrue();
    claim(Map.of("volume.kubernetes.io/selected-node", "gone"));
    assertThat(nodes.findSelectedNode(CLAIM)).as("placed on a node that is gone").isEmpty();
    assertThat(nodes.isImmediate(CLAIM)).isFalse();
    claim(Map.of("volume.kubernetes.io/selected-node", "10.9.0.1"));
    assertThat(nodes.findSelectedNode(CLAIM))
        .hasValue(
            new SelectedNode(
                Optional.of(new NodeId("uhost-a")),
                Map.of(
                    REGION,
                    "cn-bj2",
                    ZONE,
                    "cn-bj2-02",
                    "topology.udisk.csi.ucloud.cn/rssd",
                    "true")));
  }

  @Test
  void aSelectedNodeWithoutInstanceLabelsIsTheInstanceThatItsPluginIs() {
    put("worker-1", "10.9.0.1", Map.of());
    put("worker-2", "10.9.0.2", Map.of());
    plugin("worker-1", "uhost-a");
    plugin("worker-2", "10.9.0.2");
    start();
    claim(Map.of("volume.kubernetes.io/selected-node", "worker-1"));
    assertThat(nodes.findSelectedNode(CLAIM).flatMap(SelectedNode::instance))
        .hasValue(new NodeId("uhost-a"));
    claim(Map.of("volume.kubernetes.io/selected-node", "worker-2"));
    assertThat(nodes.findSelectedNode(CLAIM).flatMap(SelectedNode::instance))
        .as("an address is no instance")
        .isEmpty();
  }

  private void plugin(String node, String id) {
    var _ =
        api.client()
            .resource(
                new CSINodeBuilder()
                    .withNewMetadata()
                    .withName(node)
                    .endMetadata()
                    .withNewSpec()
                    .addNewDriver()
                    .withName(IdentityService.DRIVER_NAME)
                    .withNodeID(id)
                    .endDriver()
                    .endSpec()
                    .build())
            .create();
  }

  @Test
  void nodesAreMatchedByTheSegmentsAsked() {
    put("a", "10.9.0.1", Map.of(REGION, "cn-bj2", ZONE, "cn-bj2-02"));
    put("b", "10.9.0.2", Map.of(REGION, "cn-bj2", ZONE, "cn-bj2-02"));
    put("c", "10.9.0.3", Map.of(REGION, "cn-bj2", ZONE, "cn-bj2-05"));
    start();
    assertThat(nodes.segmentsOfNodes(Map.of(REGION, "cn-bj2")))
        .isEqualTo(
            List.of(
                Map.of(REGION, "cn-bj2", ZONE, "cn-bj2-02"),
                Map.of(REGION, "cn-bj2", ZONE, "cn-bj2-05")));
    assertThat(nodes.segmentsOfNodes(Map.of(REGION, "hk"))).isEmpty();
  }

  @Test
  void aClaimThatCameLaterThanThisProcessIsNew() {
    claim("old", "");
    claim("bound", "pv-1");
    start();
    assertThat(isNew("old")).as("not known yet").isFalse();
    earlier.start();
    await().until(earlier::areClaimsKnown);
    claim("young", "");
    assertThat(isNew("young")).isTrue();
    assertThat(isNew("old")).isFalse();
    assertThat(nodes.isNew(new Claim("shop", "none", "pvc-none"))).isFalse();
  }

  @Test
  void aClaimThatHasTheNameOfAnEarlierOneSaysNothingAboutIt() {
    earlier.start();
    await().until(earlier::areClaimsKnown);
    claim("young", "");
    assertThat(nodes.isNew(new Claim("shop", "young", "pvc-of-the-one-before"))).isFalse();
  }

  @Test
  void aSnapshotThatCameLaterThanThisProcessIsNew() {
    String old = "6a9c1f0e-0000-4000-8000-000000000001";
    String young = "6a9c1f0e-0000-4000-8000-000000000002";
    api.answer(
        "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents",
        """
        {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContentList",
         "metadata": {}, "items": [
           {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
            "metadata": {"name": "snapcontent-%s"},
            "spec": {"volumeSnapshotRef": {"uid": "%s"}}, "status": null}]}
        """
            .formatted(old, old));
    assertThat(nodes.isNewSnapshot(snapshot(young))).as("not known yet").isFalse();
    earlier.start();
    await().until(() -> nodes.isNewSnapshot(snapshot(young)));
    assertThat(nodes.isNewSnapshot(snapshot(old))).isFalse();
    assertThat(nodes.isNewSnapshot("by-hand_uk8s-x")).as("no UID").isFalse();
  }

  private static String snapshot(String uid) {
    return "snapshot-" + uid + "_uk8s-x";
  }

  @Test
  void whereSnapshotsCannotBeListedNoneIsNewAndClaimsAreKnown() {
    api.refuse("/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents");
    earlier.start();
    await().until(earlier::areClaimsKnown);
    assertThat(nodes.isNewSnapshot(snapshot("6a9c1f0e-0000-4000-8000-000000000001"))).isFalse();
  }

  @Test
  void aClaimIsGoneWhenNoneOrALaterOneHasItsName() {
    String uid = "0b1e6a4c-3f5d-4c1e-9a77-2d1f00000001";
    assertThat(nodes.isGone(new Claim("shop", "data", "pvc-" + uid))).isTrue();
    claim("data", "");
    assertThat(nodes.isGone(new Claim("shop", "data", "pvc-" + uid))).isTrue();
    assertThat(nodes.isGone(new Claim("shop", "data", "pvc-0b1e6"))).as("no UID").isFalse();
    String own =
        api.client()
            .persistentVolumeClaims()
            .inNamespace("shop")
            .withName("data")
            .get()
            .getMetadata()
            .getUid();
    assertThat(nodes.isGone(new Claim("shop", "data", "pvc-" + own))).isFalse();
  }

  private boolean isNew(String claim) {
    String uid =
        api.client()
            .persistentVolumeClaims()
            .inNamespace("shop")
            .withName(claim)
            .get()
            .getMetadata()
            .getUid();
    return nodes.isNew(new Claim("shop", claim, "pvc-" + uid));
  }

  private void claim(String name, String volume) {
    var _ =
        api.client()
            .resource(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withNamespace("shop")
                    .withName(name)
                    .endMetadata()
                    .withNewSpec()
                    .withVolumeName(volume)
                    .endSpec()
                    .build())
            .create();
  }

  private void start() {
    var _ = watched.start();
    var _ = csiNodes.start();
    await().ignoreExceptions().until(() -> watched.all() != null && csiNodes.all() != null);
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

  private void claim(Map<String, String> annotations) {
    var _ =
        api.client()
            .resource(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withNamespace(CLAIM.namespace())
                    .withName(CLAIM.name())
                    .withAnnotations(annotations)
                    .endMetadata()
                    .build())
            .createOr(existing -> existing.update());
  }
}
