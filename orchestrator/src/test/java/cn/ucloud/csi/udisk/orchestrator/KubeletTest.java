package cn.ucloud.csi.udisk.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.orchestrator.call.CallFailed;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.Script;
import cn.ucloud.csi.udisk.orchestrator.call.Verdict;
import cn.ucloud.csi.udisk.orchestrator.object.NodeRegistration;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability.AccessMode;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeletTest {
  private static final String POD = "0b5ad2e8-pod";

  @TempDir Path directory;
  OrchestratorFixture fixture;
  Script script;
  Kubelet kubelet;
  PersistentVolume volume;

  @BeforeEach
  void start() throws IOException {
    fixture = new OrchestratorFixture(directory);
    script = fixture.driver.script();
    kubelet = fixture.kubelet;
    volume = fixture.volume();
    fixture.attacher.attach(volume, "node-1");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void registrationKeepsWhatTheNodeSays() {
    fixture.cluster.removeNode("node-1");
    script.refuse(NodeGetInfoRequest.class, Code.UNAVAILABLE);

    assertThat(kubelet.register())
        .isEqualTo(new NodeRegistration("node-1", "uhost-1", Map.of("zone", "z1"), 20));
    assertThat(fixture.cluster.nodes()).hasSize(1);
  }

  @Test
  void pathsAreKubelets() {
    Path root = directory.resolve("kubelet");

    assertThat(kubelet.stage(volume))
        .isEqualTo(
            root.resolve("plugins/kubernetes.io/csi")
                .resolve(FakeDriver.NAME)
                .resolve(VolumeAttachment.sha256(volume.volumeHandle()))
                .resolve("globalmount"))
        .isEmptyDirectory();
    assertThat(kubelet.publish(volume, POD))
        .isEqualTo(
            root.resolve("pods")
                .resolve(POD)
                .resolve("volumes/kubernetes.io~csi")
                .resolve(volume.name())
                .resolve("mount"))
        .doesNotExist();
  }

  @Test
  void requestsCarryContextPathsAndCapability() {
    Path staging = kubelet.stage(volume);
    Path target = kubelet.publish(volume, POD);

    NodeStageVolumeRequest stage = script.received(NodeStageVolumeRequest.class).getFirst();
    assertThat(stage.getPublishContextMap()).isEqualTo(Map.of("device", "vdb"));
    assertThat(stage.getVolumeContextMap())
        .containsEntry("type", "ssd")
        .containsKey("storage.kubernetes.io/csiProvisionerIdentity");
    assertThat(stage.getVolumeCapability().getMount().getFsType()).isEqualTo("ext4");
    assertThat(stage.getVolumeCapability().getAccessMode().getMode())
        .isEqualTo(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER);
    NodePublishVolumeRequest publish = script.received(NodePublishVolumeRequest.class).getFirst();
    assertThat(publish.getStagingTargetPath()).isEqualTo(staging.toString());
    assertThat(publish.getTargetPath()).isEqualTo(target.toString());
  }

  @Test
  void volDataLiesBesideTheMountWhileItMayExist() throws IOException {
    Path target = kubelet.publish(volume, POD);

    JsonNode data = new ObjectMapper().readTree(target.resolveSibling("vol_data.json").toFile());
    assertThat(data.get("volumeHandle").asText()).isEqualTo(volume.volumeHandle());
    assertThat(data.get("driverName").asText()).isEqualTo(FakeDriver.NAME);
    assertThat(data.get("specVolID").asText()).isEqualTo(volume.name());
    assertThat(data.get("attachmentID").asText()).startsWith("csi-");

    kubelet.unpublish(volume, POD);
    assertThat(target.resolveSibling("")).doesNotExist();
  }

  @Test
  void undoingIsRepeatedAfterErrorsAndDoneOnce() {
    kubelet.stage(volume);
    kubelet.publish(volume, POD);
    script.refuse(NodeUnpublishVolumeRequest.class, Code.INTERNAL);
    script.refuse(NodeUnstageVolumeRequest.class, Code.DEADLINE_EXCEEDED);

    kubelet.unpublish(volume, POD);
    kubelet.unpublish(volume, POD);
    kubelet.unstage(volume);
    kubelet.unstage(volume);

    assertThat(script.received(NodeUnpublishVolumeRequest.class)).hasSize(2);
    assertThat(script.received(NodeUnstageVolumeRequest.class)).hasSize(2);
  }

  @Test
  void uncertainErrorsAreRepeated() {
    script.refuse(NodeStageVolumeRequest.class, Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED);

    kubelet.stage(volume);

    assertThat(fixture.listener.verdictsOf("NodeStageVolume"))
        .containsExactly(Verdict.UNCERTAIN, Verdict.UNCERTAIN, Verdict.OK);
  }

  @Test
  void uncertainMountIsUndoneThoughItNeverSucceeded() {
    Kubelet impatient = impatient();
    script.refuse(NodeStageVolumeRequest.class, Code.DEADLINE_EXCEEDED);

    assertThatThrownBy(() -> impatient.stage(volume)).isInstanceOf(CallFailed.class);
    impatient.unstage(volume);

    assertThat(script.received(NodeUnstageVolumeRequest.class)).hasSize(1);
  }

  @Test
  void mountThatFailedForGoodIsForgotten() {
    Kubelet impatient = impatient();
    script.refuse(NodeStageVolumeRequest.class, Code.INTERNAL);

    assertThatThrownBy(() -> impatient.stage(volume)).isInstanceOf(CallFailed.class);
    impatient.unstage(volume);

    assertThat(script.received(NodeUnstageVolumeRequest.class)).isEmpty();
    assertThat(impatient.directories().staging(volume).resolveSibling("")).doesNotExist();
  }

  @Test
  void nothingIsMountedBeforeItIsAttached() {
    fixture.attacher.detach(fixture.cluster.findAttachment(volume, "node-1").orElseThrow());

    assertThatThrownBy(() -> kubelet.stage(volume)).isInstanceOf(IllegalStateException.class);
    assertThat(script.received(NodeStageVolumeRequest.class)).isEmpty();
  }

  private Kubelet impatient() {
    return new Kubelet(
        fixture.cluster,
        new Kubelet.Node("node-1", directory.resolve("kubelet"), fixture.driver.socket()),
        CallSettings.kubelet().withPatience(Duration.ofMillis(1)),
        CallListener.NONE);
  }
}
