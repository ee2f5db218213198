package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.createRequest;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.GetSnapshotRequest;
import csi.v1.ListSnapshotsRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.Snapshot;
import csi.v1.Volume;
import csi.v1.VolumeContentSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Growing, copying and listing, by a real controller in a region whose listings lag. */
class ControllerRpcsIT {
  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private Sandbox sandbox;
  private ControllerCalls calls;

  @BeforeEach
  void start() {
    sandbox =
        new Sandbox(directory, Duration.ofMillis(300), Duration.ofMillis(500)).startController();
    calls = sandbox.calls();
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void aVolumeGrowsFreeAndAttachedAlsoWhenTheAnswerIsLost() {
    String volume = create("pvc-1");
    lose("ResizeUDisk");
    assertThat(expand(volume, 15).getCapacityBytes()).isEqualTo(20 * GIB);
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    lose("ResizeAttachedDisk");
    ControllerExpandVolumeResponse grown = expand(volume, 25);
    assertThat(grown.getCapacityBytes()).isEqualTo(30 * GIB);
    assertThat(grown.getNodeExpansionRequired()).isTrue();
    assertThat(expand(volume, 5).getCapacityBytes()).isEqualTo(30 * GIB);
  }

  @Test
  void aSnapshotIsTakenOnceRestoredOnceAndGone() {
    String volume = create("pvc-1");
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    lose("CreateUDiskSnapshot");
    String snapshot = snapshot(volume).getSnapshotId();
    await().until(() -> snapshot(volume).getReadyToUse());
    assertThat(sandbox.simulator().state().snapshots()).hasSize(1);

    lose("CloneUDiskSnapshot");
    VolumeContentSource.Builder source = VolumeContentSource.newBuilder();
    source.getSnapshotBuilder().setSnapshotId(snapshot);
    Volume restored =
        untilCertain(() ->
            calls.create(
                createRequest("pvc-2")
                    .setVolumeContentSource(source)
                    .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(35 * GIB))
                    .build()));
    assertThat(restored.getCapacityBytes()).isEqualTo(40 * GIB);
    assertThat(restored.getContentSource()).isEqualTo(source.build());
    assertThat(restored.getVolumeContextMap())
        .containsEntry("content", "copy")
        .containsEntry("source", volume);
    assertThat(sandbox.simulator().state().attachments().stream())
        .filteredOn(attachment -> attachment.diskId().startsWith("bsm-"))
        .hasSize(1);

    untilCertain(() -> calls.unpublish(volume, "uhost-a"));
    assertThatThrownBy(() -> untilCertain(() -> calls.delete(volume)))
        .hasMessageContaining("FAILED_PRECONDITION")
        .hasMessageContaining(snapshot);
    assertThat(listed(volume)).isEqualTo(1);
    lose("DeleteUDiskSnapshot");
    untilCertain(() ->
        calls.call(stub ->
            stub.deleteSnapshot(
                DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot).build())));
    assertThat(listed(volume)).isZero();
    untilCertain(() -> calls.delete(volume));
  }

  @Test
  void aVolumeIsClonedWhileNoNodeHasIt() {
    String volume = create("pvc-1");
    VolumeContentSource.Builder source = VolumeContentSource.newBuilder();
    source.getVolumeBuilder().setVolumeId(volume);
    Volume clone =
        untilCertain(
            () -> calls.create(createRequest("pvc-2").setVolumeContentSource(source).build()));
    assertThat(clone.getVolumeContextMap()).containsEntry("source", volume);
    assertThat(clone.getVolumeId()).isNotEqualTo(volume);
  }

  @Test
  void aVolumeInUseIsClonedAndTheSnapshotItTakesIsNobodysToSee() {
    String volume = create("pvc-1");
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    VolumeContentSource.Builder source = VolumeContentSource.newBuilder();
    source.getVolumeBuilder().setVolumeId(volume);
    CreateVolumeRequest request = createRequest("pvc-2").setVolumeContentSource(source).build();
    sandbox.simulator().faults().add(Fault.retCode("CloneUDiskSnapshot", 17067)); // quota
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> calls.create(request))
                .hasMessageContaining("ABORTED")
                .hasMessageContaining("is kept for the next attempt"));
    String interim = sandbox.simulator().state().snapshots().getFirst().id();
    assertThat(listed(volume)).isZero();
    assertThat(
            calls
                .call(stub -> stub.listSnapshots(ListSnapshotsRequest.getDefaultInstance()))
                .getEntriesList())
        .isEmpty();
    assertThatThrownBy(() ->
            calls.call(stub ->
                stub.getSnapshot(GetSnapshotRequest.newBuilder().setSnapshotId(interim).build())))
        .hasMessageContaining("NOT_FOUND");

    Volume clone = untilCertain(() -> calls.create(request));
    assertThat(clone.getVolumeContextMap()).containsEntry("source", volume);
    assertThat(sandbox.simulator().state().snapshots()).isEmpty();
    assertThat(sandbox.hostOf(volume)).hasValue("uhost-a");
  }

  @Test
  void volumesAreListedWithTheirNodes() {
    String free = create("pvc-1");
    String used = create("pvc-2");
    untilCertain(() -> calls.publish(used, "uhost-a"));
    ListVolumesResponse list =
        untilCertain(
            () -> calls.call(stub -> stub.listVolumes(ListVolumesRequest.getDefaultInstance())));
    Map<String, Integer> nodes =
        list.getEntriesList().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getVolume().getVolumeId(),
                    entry -> entry.getStatus().getPublishedNodeIdsCount()));
    assertThat(nodes).isEqualTo(Map.of(free, 0, used, 1));
    assertThat(
            calls
                .call(stub ->
                    stub.controllerGetVolume(
                        ControllerGetVolumeRequest.newBuilder().setVolumeId(used).build()))
                .getStatus()
                .getPublishedNodeIdsList())
        .containsExactly("uhost-a");
    assertThatThrownBy(() ->
            calls.call(stub ->
                stub.listVolumes(ListVolumesRequest.newBuilder().setStartingToken("x").build())))
        .hasMessageContaining("ABORTED");
  }

  @Test
  void temporaryKeysOfTheMetadataServerAreEnough() {
    sandbox.withVariable("UCLOUD_API_PUBKEY", "").withVariable("UCLOUD_API_PRIKEY", "");
    sandbox
        .with("--metadata-url", sandbox.simulator().metadataEndpoint("uhost-a").toString())
        .startController();
    assertThat(create("pvc-1")).startsWith("bsm-");
  }

  private void lose(String action) {
    sandbox.simulator().faults().add(Fault.of(action, Effect.LOSE_ANSWER));
  }

  private String create(String name) {
    return untilCertain(() -> calls.create(name)).getVolumeId();
  }

  private ControllerExpandVolumeResponse expand(String volume, long gib) {
    return untilCertain(() ->
        calls.call(stub ->
            stub.controllerExpandVolume(
                ControllerExpandVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(gib * GIB))
                    .build())));
  }

  private Snapshot snapshot(String volume) {
    return untilCertain(() ->
            calls.call(stub ->
                stub.createSnapshot(
                    CreateSnapshotRequest.newBuilder()
                        .setName("snapshot-1")
                        .setSourceVolumeId(volume)
                        .build())))
        .getSnapshot();
  }

  private int listed(String volume) {
    return calls
        .call(stub ->
            stub.listSnapshots(ListSnapshotsRequest.newBuilder().setSourceVolumeId(volume).build()))
        .getEntriesCount();
  }
}
