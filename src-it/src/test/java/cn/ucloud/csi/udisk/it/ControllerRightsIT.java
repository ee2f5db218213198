package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import csi.v1.CreateVolumeRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The controller process needs every right that the chart gives it, and no other. */
class ControllerRightsIT {
  private static final String A = "10.9.0.1";
  private static final String B = "10.9.0.2";

  /** What takes longer to happen than a test should, and where its request is tested. */
  private static final Map<String, String> NOT_IN_A_MINUTE =
      Map.of(
          "udisk-csi-driver core/events patch",
          "the same event again, after ten minutes: KubernetesEventRecorderTest",
          "udisk-csi-driver storage.k8s.io/csidrivers get",
          "a leaked disk is ten minutes old: KubernetesEventRecorderTest",
          "udisk-csi-driver snapshot.storage.k8s.io/volumesnapshotcontents list",
          "a leaked snapshot is, too: SnapshotContentsTest",
          "udisk-csi-driver core/nodes get",
          "a host is off and its kubelet silent: StoppedHostsIT",
          "udisk-csi-driver storage.k8s.io/csinodes get",
          "a host is off and its kubelet silent: StoppedHostsIT",
          "udisk-csi-driver-heartbeats coordination.k8s.io/leases get",
          "a host is off and its kubelet silent: StoppedHostsIT",
          "udisk-csi-driver-heartbeats coordination.k8s.io/leases list",
          "only where hosts are recovered: StoppedHostsIT");

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final KubeApi api = new KubeApi();

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whatItIsAllowedItAsksForAndNothingElse() {
    var _ =
        api.client()
            .leases()
            .inNamespace("kube-system")
            .withName("udisk-csi-ucloud-cn-controller")
            .delete();
    api.putNode(A, "uhost-a", Map.of());
    api.putNode(B, "uhost-b", Map.of());
    api.register(A, "uhost-a");
    api.putClaim("shop", "data", A);
    try (Sandbox sandbox =
        new Sandbox(directory, Duration.ofMillis(50), Duration.ZERO)
            .actingIn(api)
            // A process that makes the lease waits for as long as it lasts before it acts.
            .withShortLease()
            .with("--extra-labels", "cost=${namespace.labels.cost-center}")
            .startController()) {
      doAllThereIsToDo(sandbox, sandbox.calls());
    }
    assertThat(api.permissions().refused()).isEmpty();
    Set<String> needed = new TreeSet<>(NOT_IN_A_MINUTE.keySet());
    needed.addAll(api.permissions().used());
    assertThat(api.permissions().granted()).isEqualTo(needed);
  }

  private void doAllThereIsToDo(Sandbox sandbox, ControllerCalls calls) {
    String claim =
        api.client()
            .persistentVolumeClaims()
            .inNamespace("shop")
            .withName("data")
            .get()
            .getMetadata()
            .getUid();
    CreateVolumeRequest request = rounded("pvc-" + claim);
    String volume = untilCertain(() -> calls.create(request)).getVolumeId();
    await()
        .until(() -> !api.client().v1().events().inNamespace("shop").list().getItems().isEmpty());
    api.putVolumeInUse("by-hand", volume, "shop", "data", A);
    await().until(() -> !api.affinity("by-hand").isEmpty());
    await().until(() -> api.taints(A).isEmpty());
    await().until(() -> api.permissions().used().contains("udisk-csi-driver core/namespaces get"));

    Map<String, String> told = untilCertain(() -> calls.publish(volume, "uhost-a"));
    api.putAttachment("va-1", A, "by-hand", told);
    assertThatThrownBy(() -> calls.publish(volume, "uhost-b"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("va-1");
    await()
        .until(() -> {
          sandbox.simulator().console().detach(volume);
          untilCertain(() -> calls.publish(volume, "uhost-a"));
          return api.permissions().used().contains("udisk-csi-driver core/pods list");
        });
    untilCertain(() -> calls.unpublish(volume, "uhost-a"));
    untilCertain(() -> calls.delete(volume));
  }

  /** A size that is not made as asked, which people are told of. */
  private static CreateVolumeRequest rounded(String name) {
    CreateVolumeRequest.Builder request = ControllerCalls.createRequest(name);
    request.getCapacityRangeBuilder().clearLimitBytes().setRequiredBytes(11 * ControllerCalls.GIB);
    return request
        .putParameters("csi.storage.k8s.io/pvc/name", "data")
        .putParameters("csi.storage.k8s.io/pvc/namespace", "shop")
        .build();
  }
}
