package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.model.Label;
import csi.v1.CreateVolumeRequest;
import csi.v1.Volume;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Labels that get from claims onto disks, by a real controller that is killed in between. */
class LabelsIT {
  private static final String MARK = "udisk.csi.ucloud.cn/labels";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final KubeApi api = new KubeApi();
  private Sandbox sandbox;
  private ControllerCalls calls;

  @BeforeEach
  void start() {
    sandbox =
        new Sandbox(directory, Duration.ofMillis(100), Duration.ZERO)
            .actingIn(api)
            .with("--extra-labels", "cluster=one");
    api.put(
        new NamespaceBuilder()
            .withNewMetadata()
            .withName("shop")
            .withLabels(Map.of("cost-center", "42"))
            .endMetadata()
            .build());
    sandbox.startController();
    calls = sandbox.calls();
  }

  @AfterEach
  void stop() {
    sandbox.close();
    api.close();
  }

  @Test
  void labelsOfAClaimGetOntoItsDiskAndFollowItAlsoAfterAKill() {
    String disk = volumeOf("team=${pvc.labels.team},cost=${namespace.labels.cost-center}");
    await().until(() -> labels(disk).size() == 3);
    assertThat(labels(disk))
        .containsExactlyInAnyOrder(
            new Label("cluster", "one"), new Label("cost", "42"), new Label("team", "db"));
    await().until(() -> "cluster=one,cost=42,team=db".equals(mark()));
    sandbox.simulator().console().label(disk, "owner", "ann");

    sandbox.killController();
    relabel("web");
    sandbox.startController();
    await().until(() -> labels(disk).contains(new Label("team", "web")));
    assertThat(labels(disk))
        .containsExactlyInAnyOrder(
            new Label("cluster", "one"),
            new Label("cost", "42"),
            new Label("team", "web"),
            new Label("owner", "ann"));
  }

  @Test
  void aVolumeIsUsedWithoutTheLabelsThatItsKeysMayNotBind() {
    for (String action : List.of("BindLabels", "CreateLabels")) {
      sandbox
          .simulator()
          .faults()
          .add(new Fault(action, Effect.RET_CODE, 299, 0, 0, 1_000_000, null, false));
    }
    String disk = volumeOf("team=${pvc.labels.team}");
    untilCertain(() -> calls.publish(disk, "uhost-a"));
    assertThat(sandbox.hostOf(disk)).hasValue("uhost-a");
    await().until(() -> !events().isEmpty());
    assertThat(events().getFirst())
        .returns("Warning", Event::getType)
        .extracting(Event::getMessage)
        .asString()
        .contains(disk, "can be used all the same", "RetCode 299");
    assertThat(labels(disk)).isEmpty();
  }

  @Test
  void whatIsWrittenWrongIsRefusedInOneSentenceBeforeADiskIsMade() {
    CreateVolumeRequest request =
        ControllerCalls.createRequest("pvc-1")
            .putParameters("labels", "team=${pvc.lable.team}")
            .build();
    assertThatThrownBy(() -> untilCertain(() -> calls.create(request)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription())
                  .contains("parameters.labels", "${pvc.lable.team}", "${pvc.labels.KEY}");
            });
    assertThat(sandbox.disks()).isEmpty();
  }

  /** As the provisioner does it; the claim is bound then. */
  private String volumeOf(String template) {
    api.put(
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName("data")
            .withLabels(Map.of("team", "db"))
            .endMetadata()
            .withNewSpec()
            .withVolumeName("pvc-1")
            .endSpec()
            .withNewStatus()
            .withPhase("Bound")
            .endStatus()
            .build());
    CreateVolumeRequest request =
        ControllerCalls.createRequest("pvc-1").putParameters("labels", template).build();
    Volume volume = untilCertain(() -> calls.create(request));
    api.put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName("pvc-1")
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver("udisk.csi.ucloud.cn")
            .withVolumeHandle(volume.getVolumeId())
            .withVolumeAttributes(volume.getVolumeContextMap())
            .endCsi()
            .withNewClaimRef()
            .withNamespace("shop")
            .withName("data")
            .withUid(api.uid("shop", "data"))
            .endClaimRef()
            .endSpec()
            .build());
    return volume.getVolumeId();
  }

  private void relabel(String team) {
    PersistentVolumeClaim claim =
        api.client().persistentVolumeClaims().inNamespace("shop").withName("data").get();
    claim.getMetadata().setLabels(Map.of("team", team));
    var _ = api.client().resource(claim).update();
  }

  private List<Label> labels(String disk) {
    return sandbox.simulator().console().labels(disk);
  }

  private String mark() {
    Map<String, String> annotations =
        api.client().persistentVolumes().withName("pvc-1").get().getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(MARK, "");
  }

  private List<Event> events() {
    return api.client().v1().events().inNamespace("shop").list().getItems().stream()
        .filter(event -> event.getReason().equals("LabelsNotBound"))
        .filter(event -> event.getInvolvedObject().getName().equals("data"))
        .toList();
  }
}
