package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.refused;

import csi.v1.CreateVolumeGroupSnapshotRequest;
import csi.v1.DeleteVolumeGroupSnapshotRequest;
import csi.v1.GetVolumeGroupSnapshotRequest;
import csi.v1.GroupControllerGetCapabilitiesRequest;
import csi.v1.GroupControllerGrpc;
import csi.v1.GroupControllerGrpc.GroupControllerBlockingStub;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.function.Function;

/**
 * Snapshots of several volumes at once, which UDisk has not. The plugin does not announce them
 * ({@link SanityIdentityCases}), and the suite leaves these out then; here they must not exist.
 */
final class SanityGroupCases {
  private SanityGroupCases() {}

  static void add(SanityCase.Group group) {
    unimplemented(
        group.under("GroupControllerGetCapabilities"),
        "should return appropriate capabilities",
        stub ->
            stub.groupControllerGetCapabilities(
                GroupControllerGetCapabilitiesRequest.getDefaultInstance()));
    unimplemented(
        group.under("CreateVolumeGroupSnapshot"),
        "should fail when no name is provided",
        stub ->
            stub.createVolumeGroupSnapshot(CreateVolumeGroupSnapshotRequest.getDefaultInstance()));
    SanityCase.Group get = group.under("GetVolumeGroupSnapshot");
    unimplemented(
        get,
        "should fail when no volume id is provided",
        stub -> stub.getVolumeGroupSnapshot(GetVolumeGroupSnapshotRequest.getDefaultInstance()));
    unimplemented(
        get,
        "should fail when an invalid volume id is used",
        stub ->
            stub.getVolumeGroupSnapshot(
                GetVolumeGroupSnapshotRequest.newBuilder()
                    .setGroupSnapshotId("fake-vol-id")
                    .build()));
    SanityCase.Group delete = group.under("DeleteVolumeGroupSnapshot");
    unimplemented(
        delete,
        "should fail when no volume id is provided",
        stub ->
            stub.deleteVolumeGroupSnapshot(DeleteVolumeGroupSnapshotRequest.getDefaultInstance()));
    unimplemented(
        delete,
        "should succeed when an invalid volume id is used",
        stub ->
            stub.deleteVolumeGroupSnapshot(
                DeleteVolumeGroupSnapshotRequest.newBuilder()
                    .setGroupSnapshotId("fake-vol-id")
                    .build()));
  }

  private static void unimplemented(
      SanityCase.Group group, String name, Function<GroupControllerBlockingStub, ?> rpc) {
    group.add(
        name,
        calls ->
            refused(
                Code.UNIMPLEMENTED,
                () ->
                    calls
                        .world()
                        .controllerSocket()
                        .call(GroupControllerGrpc::newBlockingStub, Duration.ofSeconds(30), rpc)));
  }
}
