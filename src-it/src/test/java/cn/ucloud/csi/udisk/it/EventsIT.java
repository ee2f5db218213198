package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
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

/**
 * What a real controller writes in an API server, found as {@code kubectl describe} finds it: by
 * namespace, kind, name and UID of the object.
 */
class EventsIT {
  private static final String A = "10.9.0.1";
  private static final String B = "10.9.0.2";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final KubeApi api = new KubeApi();
  private Sandbox sandbox;
  private ControllerCalls calls;

  @BeforeEach
  void start() {
    sandbox = new Sandbox(directory, Duration.ofMillis(100), Duration.ZERO).actingIn(api);
    api.putNode(A, "uhost-a", Sandbox.PLACE);
    api.putNode(B, "uhost-b", Sandbox.PLACE);
    sandbox.startController();
    calls = sandbox.calls();
  }

  @AfterEach
  void stop() {
    sandbox.close();
    api.close();
  }

  @Test
  void theClaimSaysThatItsSizeWasRoundedAndHowItIsPaid() {
    api.putClaim("shop", "data", B);
    CreateVolumeRequest request =
        request("ssd")
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(15 * GIB))
            .build();
    untilCertain(() -> calls.create(request));
    assertThat(eventOf(claim(), "SizeRounded"))
        .returns("Normal", Event::getType)
        .extracting(Event::getMessage)
        .asString()
        .contains("20 GiB", "15.0 GiB", "steps of 10 GiB", "by the hour");
  }

  @Test
  void theClaimOfACloneOfAVolumeInUseSaysThatASnapshotIsTakenAndNoneStays() {
    api.putClaim("shop", "data", B);
    String volume = untilCertain(() -> calls.create("pvc-1")).getVolumeId();
    var _ = untilCertain(() -> calls.publish(volume, "uhost-a"));
    CreateVolumeRequest.Builder request = request("ssd");
    request.getVolumeContentSourceBuilder().getVolumeBuilder().setVolumeId(volume);
    untilCertain(() -> calls.create(request.build()));
    assertThat(eventOf(claim(), "ClonedBySnapshot"))
        .returns("Normal", Event::getType)
        .extracting(Event::getMessage)
        .asString()
        .contains(volume, "as after a power cut");
    assertThat(sandbox.simulator().state().snapshots()).isEmpty();
    assertThat(sandbox.hostOf(volume)).hasValue("uhost-a");
  }

  @Test
  void theClaimSaysWhyItsPodIsScheduledAgain() {
    api.putClaim("shop", "data", B); // on a host without an RDMA cluster
    CreateVolumeRequest request = request("rssd").build();
    assertThatThrownBy(() -> untilCertain(() -> calls.create(request)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
    assertThat(eventOf(claim(), "Rescheduling"))
        .returns("Warning", Event::getType)
        .extracting(Event::getMessage)
        .asString()
        .contains("uhost-b", "the scheduler chooses again");
    assertThat(sandbox.disks()).isEmpty();
  }

  @Test
  void thePersistentVolumeSaysOnWhichNodeItsDiskStillIs() {
    String volume = untilCertain(() -> calls.create("pvc-1")).getVolumeId();
    api.putVolume("pv-1", volume);
    Map<String, String> told = untilCertain(() -> calls.publish(volume, "uhost-a"));
    api.putAttachment("va-1", A, "pv-1", told);
    assertThatThrownBy(() -> untilCertain(() -> calls.publish(volume, "uhost-b")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION));
    assertThat(eventOf(api.client().persistentVolumes().withName("pv-1").get(), "WaitingForDetach"))
        .returns("Warning", Event::getType)
        .extracting(Event::getMessage)
        .asString()
        .contains("uhost-a", "va-1");
    assertThat(sandbox.hostOf(volume)).hasValue("uhost-a");
  }

  @Test
  void whoUsesADiskThatIsDetachedInTheConsoleLearnsThatItIsAttachedAgain() {
    api.register(A, "uhost-a");
    api.putClaim("shop", "data", A);
    String volume = untilCertain(() -> calls.create("pvc-1")).getVolumeId();
    api.putVolumeInUse("pv-1", volume, "shop", "data", A);
    Map<String, String> told = untilCertain(() -> calls.publish(volume, "uhost-a"));
    api.putAttachment("va-1", A, "pv-1", told);
    // The driver may not know of the attachment the first time.
    await()
        .until(() -> {
          sandbox.simulator().console().detach(volume);
          untilCertain(() -> calls.publish(volume, "uhost-a"));
          return !api.client().v1().events().inNamespace("shop").list().getItems().isEmpty();
        });
    List<HasMetadata> users =
        List.of(
            api.client().persistentVolumes().withName("pv-1").get(),
            claim(),
            api.client().pods().inNamespace("shop").withName("data").get());
    for (HasMetadata user : users) {
      assertThat(eventOf(user, "DetachedOutsideKubernetes"))
          .returns("Warning", Event::getType)
          .extracting(Event::getMessage)
          .asString()
          .contains(volume, "uhost-a", "outside of Kubernetes", "is being attached again");
      assertThat(eventOf(user, "AttachedAgain"))
          .returns("Normal", Event::getType)
          .extracting(Event::getMessage)
          .asString()
          .contains(volume, "attached to node uhost-a again");
    }
    assertThat(sandbox.hostOf(volume)).hasValue("uhost-a");
  }

  private HasMetadata claim() {
    return api.client().persistentVolumeClaims().inNamespace("shop").withName("data").get();
  }

  /** As the provisioner asks for that claim, with {@code --extra-create-metadata}. */
  private CreateVolumeRequest.Builder request(String type) {
    return ControllerCalls.createRequest("pvc-" + claim().getMetadata().getUid())
        .putParameters("type", type)
        .putParameters("csi.storage.k8s.io/pvc/name", "data")
        .putParameters("csi.storage.k8s.io/pvc/namespace", "shop");
  }

  private Event eventOf(HasMetadata object, String reason) {
    String own = object.getMetadata().getNamespace();
    String namespace = own == null ? "default" : own;
    List<Event> events =
        await()
            .until(
                () ->
                    api.client().v1().events().inNamespace(namespace).list().getItems().stream()
                        .filter(event -> event.getReason().equals(reason))
                        .filter(event -> isAbout(event.getInvolvedObject(), object))
                        .toList(),
                found -> !found.isEmpty());
    assertThat(events).hasSize(1);
    return events.getFirst();
  }

  private static boolean isAbout(ObjectReference reference, HasMetadata object) {
    return object.getKind().equals(reference.getKind())
        && object.getMetadata().getName().equals(reference.getName())
        && object.getMetadata().getUid().equals(reference.getUid());
  }
}
