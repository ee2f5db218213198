package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthResponse;
import csi.v1.VolumeHealth;
import csi.v1.VolumeHealth.VolumeHealthEntry;
import csi.v1.VolumeHealthErrorType;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a real controller tells a health monitor of the volumes of its cluster. */
class VolumeHealthIT {
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
  void sickVolumesAreListedAndTheOthersAreNot() {
    String healthy = volume("healthy");
    String deleted = volume("deleted");
    String locked = volume("locked");
    String borrowed = volume("borrowed");
    untilCertain(() -> calls.publish(healthy, "uhost-a"));
    untilCertain(() -> calls.publish(borrowed, "uhost-b"));
    api.client().nodes().withName(B).delete(); // and its host lives on
    sandbox.simulator().console().delete(deleted);
    sandbox.simulator().console().lock(locked, true);

    await().until(() -> list().getEntriesCount() == 3); // the deletion is watched
    ControllerListVolumeHealthResponse list = list();
    assertThat(list.getEntriesList())
        .extracting(VolumeHealth::getVolumeId, health -> health.getHealthStatuses(0).getReason())
        .containsExactlyInAnyOrder(
            tuple(deleted, "VolumeNotFound"),
            tuple(locked, "EncryptionKeyUnusable"),
            tuple(borrowed, "AttachedElsewhere"));
    assertThat(list.getEntriesList())
        .allSatisfy(health ->
            assertThat(health.getHealthStatusesList())
                .extracting(VolumeHealthEntry::getStatus)
                .containsExactly(VolumeHealthErrorType.INACCESSIBLE));
    assertThat(health(healthy).getHealthStatusesList()).isEmpty();
    for (VolumeHealth listed : list.getEntriesList()) {
      assertThat(health(listed.getVolumeId())).isEqualTo(listed);
    }
    assertThat(health(deleted).getHealthStatuses(0).getMessage()).contains(deleted, "deleted");
  }

  private ControllerListVolumeHealthResponse list() {
    return untilCertain(() ->
        calls.call(stub ->
            stub.controllerListVolumeHealth(
                ControllerListVolumeHealthRequest.getDefaultInstance())));
  }

  private String volume(String name) {
    String disk = untilCertain(() -> calls.create(name)).getVolumeId();
    api.putVolume("pv-" + name, disk);
    return disk;
  }

  private VolumeHealth health(String volume) {
    return untilCertain(() ->
            calls.call(stub ->
                stub.controllerGetVolumeHealth(
                    ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(volume).build())))
        .getVolumeHealth();
  }
}
