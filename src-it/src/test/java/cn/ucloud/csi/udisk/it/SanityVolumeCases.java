package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.GIB;
import static cn.ucloud.csi.udisk.it.SanityCalls.refused;
import static cn.ucloud.csi.udisk.it.SanityCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import csi.v1.CapacityRange;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.CreateVolumeRequest;
import csi.v1.Snapshot;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import csi.v1.Volume;
import csi.v1.VolumeContentSource;
import io.grpc.Status.Code;
import java.util.Map;

/** Making, deleting and checking volumes. */
final class SanityVolumeCases {
  private static final Map<String, String> UNKNOWN_SETTING = Map.of("XXX_FakeKey", "XXX_FakeValue");

  private SanityVolumeCases() {}

  static void add(SanityCase.Group group) {
    addCreate(group.under("CreateVolume"));
    addCopies(group.under("CreateVolume"));
    addDelete(group.under("DeleteVolume"));
    addValidate(group.under("ValidateVolumeCapabilities"));
  }

  private static void addCreate(SanityCase.Group create) {
    create.add(
        "should fail when no name is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> calls.create(calls.createRequest(""))));
    create.add(
        "should fail when no volume capabilities are provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () -> calls.create(request(calls, "no-caps").clearVolumeCapabilities())));
    create.add(
        "should return appropriate values SingleNodeWriter NoCapacity",
        calls -> {
          Volume volume = calls.create(request(calls, "no-capacity").clearCapacityRange());
          assertThat(volume.getCapacityBytes()).isEqualTo(10 * GIB);
        });
    create.add(
        "should return appropriate values SingleNodeWriter WithCapacity 1Gi",
        calls -> {
          Volume volume = calls.create(request(calls, "capacity").setCapacityRange(range(1, 0)));
          assertThat(volume.getCapacityBytes()).isGreaterThanOrEqualTo(GIB);
          assertThat(volume.getAccessibleTopologyList())
              .hasSize(1)
              .allSatisfy(place ->
                  assertThat(calls.world().node().getAccessibleTopology().getSegmentsMap())
                      .containsAllEntriesOf(place.getSegmentsMap()));
        });
    create.add(
        "should not fail when requesting to create a volume with already existing name and same"
            + " capacity",
        calls -> {
          CreateVolumeRequest.Builder request = request(calls, "twice");
          assertThat(calls.create(request)).isEqualTo(calls.create(request));
        });
    create.add(
        "should fail when requesting to create a volume with already existing name and different"
            + " capacity",
        calls -> {
          CreateVolumeRequest.Builder request = request(calls, "twice-different");
          Volume volume = calls.create(request.setCapacityRange(range(10, 10)));
          assertThat(volume.getCapacityBytes()).isEqualTo(10 * GIB);
          refused(Code.ALREADY_EXISTS, () -> calls.create(request.setCapacityRange(range(20, 20))));
        });
    create.add(
        "should not fail when creating volume with maximum-length name",
        calls -> {
          String name = unique("n".repeat(128 - 9));
          assertThat(name).hasSize(128);
          Volume volume = calls.create(calls.createRequest(name));
          assertThat(calls.create(calls.createRequest(name))).isEqualTo(volume);
        });
    create.add(
        "should create volume with a volume attribute class",
        calls -> assertThat(calls.announced()).doesNotContain(RPC.Type.MODIFY_VOLUME));
    create.add(
        "should not create volume with an invalid volume attribute class",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () ->
                    calls.create(
                        request(calls, "attributes").putAllMutableParams(UNKNOWN_SETTING))));
  }

  private static void addCopies(SanityCase.Group create) {
    create.add(
        "should create volume from an existing source snapshot",
        calls -> {
          Volume source = calls.create("sanity-source");
          String name = unique("sanity-snapshot");
          Snapshot snapshot =
              await()
                  .pollInSameThread()
                  .until(() -> calls.snapshot(name, source.getVolumeId()), Snapshot::getReadyToUse);
          VolumeContentSource content = ofSnapshot(snapshot.getSnapshotId());
          Volume copy = calls.create(request(calls, "restored").setVolumeContentSource(content));
          assertThat(copy.getContentSource()).isEqualTo(content);
        });
    create.add(
        "should fail when the volume source snapshot is not found",
        calls ->
            refused(
                Code.NOT_FOUND,
                () ->
                    calls.create(
                        request(calls, "restored")
                            .setVolumeContentSource(ofSnapshot("non-existing-snapshot-id")))));
    create.add(
        "should create volume from an existing source volume",
        calls -> {
          Volume source = calls.create("sanity-source");
          VolumeContentSource content = ofVolume(source.getVolumeId());
          Volume copy = calls.create(request(calls, "clone").setVolumeContentSource(content));
          assertThat(copy.getContentSource()).isEqualTo(content);
          assertThat(copy.getVolumeId()).isNotEqualTo(source.getVolumeId());
        });
    create.add(
        "should fail when the volume source volume is not found",
        calls ->
            refused(
                Code.NOT_FOUND,
                () ->
                    calls.create(
                        request(calls, "clone")
                            .setVolumeContentSource(ofVolume(unique("fake-vol-id"))))));
  }

  private static void addDelete(SanityCase.Group delete) {
    delete.add(
        "should fail when no volume id is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> deleted(calls, "")));
    delete.add(
        "should succeed when an invalid volume id is used", calls -> calls.delete("fake-vol-id"));
    delete.add(
        "should return appropriate values (no optional values added)",
        calls -> {
          String volume = calls.create("sanity-deleted").getVolumeId();
          calls.delete(volume);
          assertThat(calls.world().cluster().sandbox().disks()).isEmpty();
          calls.delete(volume);
        });
  }

  private static void addValidate(SanityCase.Group validate) {
    validate.add(
        "should fail when no volume id is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> validated(calls, "", true)));
    validate.add(
        "should fail when no volume capabilities are provided",
        calls -> {
          String volume = calls.create("sanity-validated").getVolumeId();
          refused(Code.INVALID_ARGUMENT, () -> validated(calls, volume, false));
        });
    validate.add(
        "should return appropriate values (no optional values added)",
        calls -> {
          String volume = calls.create("sanity-validated").getVolumeId();
          assertThat(validated(calls, volume, true).getConfirmed().getVolumeCapabilitiesList())
              .containsExactly(calls.capability());
        });
    validate.add(
        "should fail when the requested volume does not exist",
        calls -> refused(Code.NOT_FOUND, () -> validated(calls, unique("fake-vol-id"), true)));
  }

  private static CreateVolumeRequest.Builder request(SanityCalls calls, String name) {
    return calls.createRequest(unique("sanity-" + name));
  }

  private static boolean deleted(SanityCalls calls, String volume) {
    calls.delete(volume);
    return true;
  }

  private static ValidateVolumeCapabilitiesResponse validated(
      SanityCalls calls, String volume, boolean withCapability) {
    ValidateVolumeCapabilitiesRequest.Builder request =
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(volume)
            .putAllSecrets(SanityCalls.SECRETS);
    if (withCapability) {
      request.addVolumeCapabilities(calls.capability());
    }
    return calls.controller(stub -> stub.validateVolumeCapabilities(request.build()));
  }

  private static CapacityRange range(long required, long limit) {
    return CapacityRange.newBuilder()
        .setRequiredBytes(required * GIB)
        .setLimitBytes(limit * GIB)
        .build();
  }

  private static VolumeContentSource ofSnapshot(String id) {
    VolumeContentSource.Builder source = VolumeContentSource.newBuilder();
    source.getSnapshotBuilder().setSnapshotId(id);
    return source.build();
  }

  private static VolumeContentSource ofVolume(String id) {
    VolumeContentSource.Builder source = VolumeContentSource.newBuilder();
    source.getVolumeBuilder().setVolumeId(id);
    return source.build();
  }
}
