package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.testing.Patience;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every single condition of decision 12 keeps a disk where it is. */
class KubernetesForceDetachPolicyTest {
  private static final String DRIVER = "udisk.csi.ucloud.cn";

  private final FakeApiServer api = new FakeApiServer();
  private KubernetesClient client;
  private KubernetesForceDetachPolicy custody;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Patience.LIMIT);
    custody = new KubernetesForceDetachPolicy(client, true);
  }

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void aHostThatWasNeverOurNodeIsNotTouched() {
    node("10.9.0.1", "uhost-other");
    assertThat(reason()).hasValueSatisfying(why -> assertThat(why).contains("no node of this"));
  }

  @Test
  void aNodeOfOursThatHasNoTraceOfTheDiskLosesIt() {
    node("10.9.0.1", "uhost-a", "kubernetes.io/csi/udisk.csi.ucloud.cn^bsm-2");
    api.putVolume("pv-2", "bsm-2");
    attachment("va-2", "10.9.0.1", "pv-2");
    api.putVolume("pv-1", "bsm-1");
    attachment("va-1", "10.9.0.9", "pv-1");
    assertThat(reason()).isEmpty();
  }

  @Test
  void anAttachmentOfTheDiskOnThatNodeKeepsItThere() {
    node("10.9.0.1", "uhost-a");
    api.putVolume("pv-1", "bsm-1");
    attachment("va-1", "10.9.0.1", "pv-1");
    assertThat(reason()).hasValue("VolumeAttachment va-1 has it there");
  }

  @Test
  void anAttachmentWhoseVolumeIsGoneMayBeOfTheDisk() {
    node("10.9.0.1", "uhost-a");
    attachment("va-x", "10.9.0.1", "pv-gone");
    assertThat(reason()).hasValue("VolumeAttachment va-x has it there");
  }

  @Test
  void aDiskThatKubeletStillHasInUseIsLeftThere() {
    node("10.9.0.1", "uhost-a", "kubernetes.io/csi/udisk.csi.ucloud.cn^bsm-1");
    assertThat(reason()).hasValue("kubelet says that node 10.9.0.1 uses it");
  }

  @Test
  void aNodeWhoseObjectIsGoneProvesNothing() {
    api.register("10.9.0.1", DRIVER, "uhost-a");
    assertThat(reason()).hasValueSatisfying(why -> assertThat(why).contains("no node of this"));
  }

  @Test
  void aNodeIsKnownByItsCsiNodeToo() {
    node("10.9.0.1", "");
    api.register("10.9.0.1", DRIVER, "uhost-a");
    assertThat(reason()).isEmpty();
    attachment("va-x", "10.9.0.1", "pv-gone");
    assertThat(reason()).isPresent();
  }

  @Test
  void aNodeOfTwoInstancesIsNotBelieved() {
    node("10.9.0.1", "uhost-a");
    api.register("10.9.0.1", DRIVER, "uhost-z");
    assertThat(reason()).hasValue("node 10.9.0.1 may also be uhost-z");
  }

  @Test
  void everyNodeThatIsTheHostMustBeWithoutATrace() {
    node("10.9.0.1", "uhost-a");
    node("10.9.0.2", "uhost-a", "kubernetes.io/csi/udisk.csi.ucloud.cn^bsm-1");
    assertThat(reason()).hasValue("kubelet says that node 10.9.0.2 uses it");
  }

  @Test
  void anAttachmentThatIsBeingDeletedKeepsItThere() {
    node("10.9.0.1", "uhost-a");
    api.putVolume("pv-1", "bsm-1");
    attachment("va-1", "10.9.0.1", "pv-1");
    api.client().storage().v1().volumeAttachments().withName("va-1").delete();
    assertThat(reason()).hasValue("VolumeAttachment va-1 has it there");
  }

  @Test
  void anApiServerThatIsAwayProvesNothing(@TempDir Path directory) throws IOException {
    Path kubeconfig = FakeApiServer.kubeconfig(directory, 1); // nobody listens there
    try (KubernetesClient client =
        KubernetesClients.connect(Optional.of(kubeconfig), Duration.ofSeconds(2))) {
      assertThatThrownBy(() ->
              new KubernetesForceDetachPolicy(client, true)
                  .findReasonToLeave(new VolumeId("bsm-1"), "uhost-a"))
          .isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void aHostCountsAsAliveOnlyByAReadyNode() {
    assertThat(isReady()).isFalse();
    node("10.9.0.1", "uhost-a");
    assertThat(isReady()).as("says nothing of itself").isFalse();
    ready("10.9.0.2", "uhost-a", "Unknown");
    ready("10.9.0.3", "uhost-b", "True");
    assertThat(isReady()).isFalse();
    ready("10.9.0.4", "uhost-a", "True");
    assertThat(isReady()).isTrue();
  }

  /** The API server leaves out what is empty, and keeps a null that somebody wrote. */
  @Test
  void objectsWithNothingInThemDoNotStopTheProof() {
    node("10.9.0.1", "uhost-a");
    api.putJson("/api/v1/nodes", "{'kind': 'Node', 'metadata': {'name': 'bare'}, 'status': null}");
    api.putJson(
        "/api/v1/nodes",
        "{'kind': 'Node', 'metadata': {'name': 'n', 'labels': {'UhostID': 'uhost-a'}},"
            + " 'status': {'volumesInUse': null, 'conditions': null}}");
    api.putJson(
        "/apis/storage.k8s.io/v1/volumeattachments",
        "{'kind': 'VolumeAttachment', 'metadata': {'name': 'va'}, 'spec': null}");
    api.putJson(
        "/apis/storage.k8s.io/v1/volumeattachments",
        "{'kind': 'VolumeAttachment', 'metadata': {'name': 'other'}, 'spec': {'nodeName': '10.9.0.1',"
            + " 'attacher': 'disk.example.com', 'source': null}}");
    assertThat(reason()).isEmpty();
    assertThat(isReady()).isFalse();
  }

  @Test
  void withTheFlagOffNoDiskIsReplaced() {
    KubernetesForceDetachPolicy off = new KubernetesForceDetachPolicy(client, false);
    assertThat(off.findReasonToKeep(new VolumeId("bsm-1"), new Claim("shop", "data-0", "pvc-1")))
        .hasValue("--replace-unusable-disks is false");
    assertThat(api.asked()).isEmpty();
  }

  private boolean isReady() {
    return custody.isReady(new NodeId("uhost-a"));
  }

  private void ready(String name, String instance, String status) {
    api.put(
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(Map.of("UhostID", instance))
            .endMetadata()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus(status)
            .endCondition()
            .endStatus()
            .build());
  }

  private Optional<String> reason() {
    return custody.findReasonToLeave(new VolumeId("bsm-1"), "uhost-a");
  }

  private void node(String name, String instance, String... inUse) {
    api.put(
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(Map.of("UhostID", instance))
            .endMetadata()
            .withNewStatus()
            .withVolumesInUse(List.of(inUse))
            .endStatus()
            .build());
  }

  private void attachment(String name, String node, String volume) {
    api.put(
        FakeApiServer.attachment(name, node, volume)
            .editMetadata()
            .withFinalizers("external-attacher/udisk-csi-ucloud-cn")
            .endMetadata()
            .build());
  }
}
