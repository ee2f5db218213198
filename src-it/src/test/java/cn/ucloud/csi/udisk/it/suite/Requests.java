package cn.ucloud.csi.udisk.it.suite;

import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.MountVolume;
import csi.v1.VolumeContentSource;
import csi.v1.VolumeContentSource.SnapshotSource;
import csi.v1.VolumeContentSource.VolumeSource;
import java.util.Map;

/** What the sidecars ask. */
final class Requests {
  static final long GIB = 1L << 30;
  static final VolumeCapability EXT4 =
      VolumeCapability.newBuilder()
          .setMount(MountVolume.newBuilder().setFsType("ext4"))
          .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
          .build();

  private Requests() {}

  static CreateVolumeRequest create(String name, String type) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(10 * GIB))
        .addVolumeCapabilities(EXT4)
        .putParameters("type", type)
        .setAccessibilityRequirements(
            TopologyRequirement.newBuilder()
                .addPreferred(
                    Topology.newBuilder()
                        .putAllSegments(
                            Map.of(
                                "topology.udisk.csi.ucloud.cn/region", VirtualTimeRegion.REGION,
                                "topology.udisk.csi.ucloud.cn/zone", VirtualTimeRegion.ZONE))))
        .build();
  }

  static CreateVolumeRequest restore(String name, String snapshot) {
    return create(name, "ssd").toBuilder()
        .setVolumeContentSource(
            VolumeContentSource.newBuilder()
                .setSnapshot(SnapshotSource.newBuilder().setSnapshotId(snapshot)))
        .build();
  }

  static CreateVolumeRequest clone(String name, String volume) {
    return create(name, "ssd").toBuilder()
        .setVolumeContentSource(
            VolumeContentSource.newBuilder()
                .setVolume(VolumeSource.newBuilder().setVolumeId(volume)))
        .build();
  }

  static DeleteVolumeRequest delete(String volume) {
    return DeleteVolumeRequest.newBuilder().setVolumeId(volume).build();
  }

  static ControllerPublishVolumeRequest publish(String volume, String node) {
    return ControllerPublishVolumeRequest.newBuilder()
        .setVolumeId(volume)
        .setNodeId(node)
        .setVolumeCapability(EXT4)
        .build();
  }

  /**
   * @param node empty means any
   */
  static ControllerUnpublishVolumeRequest unpublish(String volume, String node) {
    return ControllerUnpublishVolumeRequest.newBuilder()
        .setVolumeId(volume)
        .setNodeId(node)
        .build();
  }

  static ControllerExpandVolumeRequest expand(String volume, int gib) {
    return ControllerExpandVolumeRequest.newBuilder()
        .setVolumeId(volume)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(gib * GIB))
        .setVolumeCapability(EXT4)
        .build();
  }

  static CreateSnapshotRequest snapshot(String name, String volume) {
    return CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volume).build();
  }

  static DeleteSnapshotRequest deleteSnapshot(String snapshot) {
    return DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot).build();
  }
}
