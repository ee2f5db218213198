package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import csi.v1.CreateVolumeRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.Volume;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A controller process in a cluster: an API server beside it, and RDMA clusters in its region. */
class ClusterIT {
  private static final String A = "10.9.0.1";
  private static final String B = "10.9.0.2";
  private static final String RSSD = "topology.udisk.csi.ucloud.cn/rssd";
  private static final String TAINT = "udisk.csi.ucloud.cn/agent-not-ready";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final KubeApi api = new KubeApi();
  private Sandbox sandbox;
  private ControllerCalls calls;

  @BeforeEach
  void start() {
    sandbox = new Sandbox(directory, Duration.ofMillis(100), Duration.ZERO).actingIn(api);
    sandbox.simulator().console().moveHost("uhost-a", "9001");
    sandbox.simulator().console().moveHost("uhost-b", "9002");
    api.putNode(A, "uhost-a", place(Map.of(RSSD, "true")));
    api.putNode(B, "uhost-b", place(Map.of(RSSD, "true")));
    api.register(A, A); // as the closed driver is known
    api.putClaim("shop", "data", B);
    sandbox.startController();
    calls = sandbox.calls();
  }

  private static Map<String, String> place(Map<String, String> more) {
    Map<String, String> labels = new java.util.HashMap<>(more);
    labels.putAll(Sandbox.PLACE);
    return labels;
  }

  @AfterEach
  void stop() {
    sandbox.close();
    api.close();
  }

  @Test
  void anRssdVolumeFollowsItsPodThroughTheCluster() {
    Volume volume = ControllerCalls.untilCertain(() -> calls.create(request("pvc-1", "rssd")));
    String id = volume.getVolumeId();
    assertThat(sandbox.disksNamed("pvc-1"))
        .singleElement()
        .as("in the RDMA cluster of the selected node's host")
        .satisfies(disk -> assertThat(disk.order().rdmaClusterId()).isEqualTo("9002"));
    assertThat(volume.getAccessibleTopology(0).getSegmentsMap())
        .containsEntry(RSSD, "true")
        .containsEntry("topology.udisk.csi.ucloud.cn/zone", Sandbox.ZONE);

    // The pod moves to the other node, which is known by its address and in another RDMA cluster.
    Map<String, String> told = ControllerCalls.untilCertain(() -> calls.publish(id, A));
    assertThat(sandbox.hostOf(id)).hasValue("uhost-a");
    assertThat(sandbox.simulator().calls().of("AttachUDisk").getLast().parameters())
        .containsEntry("EnableCrossPodAttach", "Yes")
        .containsEntry("MultiAttach", "No");

    // Listed as CSINode calls the node, for as long as the letter is the one that it was told.
    assertThat(published(id)).containsExactly(A);
    api.putVolume("pv-1", id);
    api.putAttachment("va-1", A, "pv-1", Map.of("deviceName", "vdz"));
    await().until(() -> published(id).isEmpty());
    api.deleteAttachment("va-1");
    api.putAttachment("va-2", A, "pv-1", told);
    await().until(() -> published(id).equals(List.of(A)));

    // Wanted elsewhere: it stays while anything says that it may be in use, and is taken then.
    assertThatThrownBy(() -> calls.publish(id, "uhost-b"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION))
        .hasMessageContaining("uhost-a")
        .hasMessageContaining("va-2");
    assertThat(sandbox.hostOf(id)).hasValue("uhost-a");
    api.deleteAttachment("va-2");
    var _ = ControllerCalls.untilCertain(() -> calls.publish(id, "uhost-b"));
    assertThat(sandbox.hostOf(id)).hasValue("uhost-b");

    // The node goes, its object and its host, in this order.
    api.deleteNode(B);
    sandbox.simulator().console().remove("uhost-b");
    ControllerCalls.untilCertain(() -> calls.unpublish(id, B));
    assertThat(sandbox.hostOf(id)).isEmpty();
    ControllerCalls.untilCertain(() -> calls.delete(id));
    assertThat(sandbox.disks()).isEmpty();
  }

  @Test
  void nodesAndHandMadeVolumesAreLookedAfter() {
    await().until(() -> api.taints(A).isEmpty());
    assertThat(api.taints(B)).as("the driver is not registered there").containsExactly(TAINT);
    api.register(B, "uhost-b");
    await().until(() -> api.taints(B).isEmpty());

    Volume volume = ControllerCalls.untilCertain(() -> calls.create(request("pvc-2", "ssd")));
    assertThat(volume.getAccessibleTopology(0).getSegmentsMap()).doesNotContainKey(RSSD);
    api.putVolume("by-hand", volume.getVolumeId());
    await().until(() -> api.affinity("by-hand").equals(List.of(Sandbox.REGION, Sandbox.ZONE)));
  }

  @Test
  void aHostWithoutRdmaSendsThePodElsewhereAndLeavesNothing() {
    sandbox.simulator().console().moveHost("uhost-b", "");
    assertThatThrownBy(
            () -> ControllerCalls.untilCertain(() -> calls.create(request("pvc-3", "rssd"))))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED))
        .hasMessageContaining("uhost-b");
    assertThat(sandbox.ordersOf("pvc-3")).isZero();
    ControllerCalls.untilCertain(() -> calls.create(request("pvc-3", "rssd,ssd")));
    assertThat(sandbox.disksNamed("pvc-3")).hasSize(1);
  }

  /** Names no zone: that of the selected node is meant. */
  private static CreateVolumeRequest request(String name, String type) {
    return ControllerCalls.createRequest(name)
        .clearAccessibilityRequirements()
        .putParameters("type", type)
        .putParameters("csi.storage.k8s.io/pvc/name", "data")
        .putParameters("csi.storage.k8s.io/pvc/namespace", "shop")
        .build();
  }

  private List<String> published(String volume) {
    Optional<List<String>> nodes =
        ControllerCalls.untilCertain(
                () -> calls.call(stub -> stub.listVolumes(ListVolumesRequest.getDefaultInstance())))
            .getEntriesList()
            .stream()
            .filter(entry -> entry.getVolume().getVolumeId().equals(volume))
            .map(entry -> List.copyOf(entry.getStatus().getPublishedNodeIdsList()))
            .findFirst();
    return nodes.orElseThrow();
  }
}
