package cn.ucloud.csi.udisk.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.orchestrator.call.CallFailed;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.Script;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttacherTest {
  @TempDir Path directory;
  OrchestratorFixture fixture;
  Script script;

  @BeforeEach
  void start() throws IOException {
    fixture = new OrchestratorFixture(directory);
    script = fixture.driver.script();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void attachIsRepeatedAfterEveryErrorAndKeepsTheContext() {
    script.refuse(
        ControllerPublishVolumeRequest.class,
        Code.INTERNAL,
        Code.FAILED_PRECONDITION,
        Code.RESOURCE_EXHAUSTED);

    VolumeAttachment attachment = fixture.attacher.attach(fixture.volume(), "node-1");

    assertThat(attachment.attached()).isTrue();
    assertThat(attachment.publishContext()).isEqualTo(Map.of("device", "vdb"));
    assertThat(attachment.error()).isEmpty();
    assertThat(fixture.cluster.attachments()).containsExactly(attachment);
    assertThat(script.received(ControllerPublishVolumeRequest.class))
        .hasSize(4)
        .allMatch(request -> request.getNodeId().equals("uhost-1"))
        .allMatch(request -> request.getVolumeContextMap().containsKey("type"));
  }

  @Test
  void errorIsShownInTheAttachmentThatStays() {
    script.refuse(ControllerPublishVolumeRequest.class, Code.NOT_FOUND);
    Attacher once =
        new Attacher(
            fixture.cluster,
            ControllerPlugin.await(
                fixture.driver.socket(), Duration.ofSeconds(5), CallListener.NONE),
            CallSettings.attacher().withPatience(Duration.ofMillis(1)),
            CallListener.NONE);
    PersistentVolume volume = fixture.volume();

    assertThatThrownBy(() -> once.attach(volume, "node-1")).isInstanceOf(CallFailed.class);

    VolumeAttachment attachment = fixture.cluster.findAttachment(volume, "node-1").orElseThrow();
    assertThat(attachment.attached()).isFalse();
    assertThat(attachment.error().orElseThrow()).contains("NOT_FOUND");
  }

  @Test
  void detachUsesTheNodeIdThatWasKeptWhenTheNodeIsGone() {
    VolumeAttachment attachment = fixture.attacher.attach(fixture.volume(), "node-1");
    fixture.cluster.removeNode("node-1");
    script.refuse(ControllerUnpublishVolumeRequest.class, Code.UNAVAILABLE);

    fixture.attacher.detach(attachment);

    assertThat(script.received(ControllerUnpublishVolumeRequest.class))
        .hasSize(2)
        .allMatch(request -> request.getNodeId().equals("uhost-1"));
    assertThat(fixture.cluster.attachments()).isEmpty();
  }
}
