package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIDriverBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Hosts go off under a real controller that may say so of their nodes, with the chart's rights. */
class StoppedHostsIT {
  private static final String TAINT = "node.kubernetes.io/out-of-service";
  private static final int NODES = 6;

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final int port = FreePort.take();
  private final KubeApi api = new KubeApi();
  private final Kubelets kubelets = new Kubelets(api);
  private Sandbox sandbox;
  private ControllerCalls calls;

  @BeforeEach
  void start() {
    sandbox =
        new Sandbox(directory, Duration.ofMillis(50), Duration.ofMillis(50))
            .actingIn(api)
            .with("--http-listen", "127.0.0.1:" + port)
            .with("--recover-stopped-hosts", "true");
    api.put(
        new CSIDriverBuilder()
            .withNewMetadata()
            .withName("udisk.csi.ucloud.cn")
            .endMetadata()
            .build());
    IntStream.rangeClosed(1, NODES).forEach(this::addNode);
    sandbox.startController();
    calls = sandbox.calls();
  }

  @AfterEach
  void stop() {
    kubelets.close();
    sandbox.close();
    api.close();
  }

  private void addNode(int number) {
    sandbox
        .simulator()
        .console()
        .addHost(HostSpec.of(host(number), Sandbox.ZONE).withIp(node(number)));
    api.put(
        new NodeBuilder()
            .withNewMetadata()
            .withName(node(number))
            .withLabels(Sandbox.PLACE)
            .addToLabels("UhostID", host(number))
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .withNewStatus()
            .addNewAddress(node(number), "InternalIP")
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build());
    api.register(node(number), host(number));
    kubelets.start(node(number));
  }

  private static String node(int number) {
    return "10.9.2." + number;
  }

  private static String host(int number) {
    return "uhost-off-" + number;
  }

  /** Also across a kill of the process that marked it. */
  @Test
  void theNodeOfAStoppedHostIsOutOfServiceUntilItIsBackAndASilentOneThatRunsNever() {
    String volume = attached(1, "data");
    api.putVolume("pv-2", "bsm-elsewhere");
    api.putAttachment("va-2", node(2), "pv-2", Map.of());
    kubelets.stop(node(2)); // on a host that runs
    powerOff(1);
    await().until(() -> taints(1).equals(List.of(TAINT)));
    assertEvent("HostStopped", node(1));
    assertThat(taints(2)).isEmpty();

    sandbox.killController();
    sandbox.startController();
    moveTo(3, volume); // which the taint has Kubernetes do
    powerOn(1);
    await().until(() -> taints(1).isEmpty());
    assertEvent("HostBack", node(1));
    assertThat(taints(2)).isEmpty();
    assertThat(api.permissions().refused()).isEmpty();
    assertThat(api.permissions().used())
        .contains(
            "udisk-csi-driver core/nodes get",
            "udisk-csi-driver storage.k8s.io/csinodes get",
            "udisk-csi-driver-heartbeats coordination.k8s.io/leases get",
            "udisk-csi-driver-heartbeats coordination.k8s.io/leases list");
    untilCertain(() -> calls.unpublish(volume, host(3)));
    untilCertain(() -> calls.delete(volume));
  }

  @Test
  void nothingIsDoneToAClusterOfWhichHalfSeemsDeadAndItIsSaid() {
    for (int i = 1; i <= NODES / 2; i++) {
      api.putAttachment("va-" + i, node(i), "pv-" + i, Map.of());
      powerOff(i);
    }
    assertEvent("RecoveryHeldBack", "udisk.csi.ucloud.cn");
    await().until(() -> MetricsPage.read(port).value("udisk_dead_nodes{state=\"held_back\"}") == 3);
    powerOn(3); // two of six are no more than a third
    await().until(() -> taints(1).equals(List.of(TAINT)) && taints(2).equals(List.of(TAINT)));
    IntStream.rangeClosed(3, NODES).forEach(i -> assertThat(taints(i)).isEmpty());
    assertThat(MetricsPage.read(port).value("udisk_dead_node_changes_total{change=\"marked\"}"))
        .isEqualTo(2);
  }

  private String attached(int number, String name) {
    String volume = untilCertain(() -> calls.create(name)).getVolumeId();
    api.putVolume(name, volume);
    Map<String, String> told = untilCertain(() -> calls.publish(volume, host(number)));
    api.putAttachment("va-" + name, node(number), name, told);
    return volume;
  }

  /** What the attach/detach controller and the attacher do of a node that is out of service. */
  private void moveTo(int number, String volume) {
    untilCertain(() -> calls.unpublish(volume, host(1)));
    api.deleteAttachment("va-data");
    api.expireWatches(); // one that begins just now would not be told of it by this server
    Map<String, String> told = untilCertain(() -> calls.publish(volume, host(number)));
    api.putAttachment("va-data-moved", node(number), "data", told);
    assertThat(sandbox.hostOf(volume)).hasValue(host(number));
  }

  private void powerOff(int number) {
    kubelets.stop(node(number));
    sandbox.simulator().console().powerOff(host(number));
  }

  private void powerOn(int number) {
    sandbox.simulator().console().powerOn(host(number));
    kubelets.start(node(number));
  }

  private List<String> taints(int number) {
    return api.taints(node(number));
  }

  private void assertEvent(String reason, String about) {
    await()
        .until(() ->
            api.client().v1().events().inNamespace("default").list().getItems().stream()
                .anyMatch(event ->
                    event.getReason().equals(reason)
                        && event.getInvolvedObject().getName().equals(about)));
  }
}
