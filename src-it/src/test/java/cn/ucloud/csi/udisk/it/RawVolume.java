package cn.ucloud.csi.udisk.it;

import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import java.nio.file.Path;
import java.util.Map;

/**
 * A volume that pods use as a disk.
 *
 * @param context that it was attached with
 */
record RawVolume(String id, Path staging, Path target, Map<String, String> context) {
  static final VolumeCapability CAPABILITY =
      AccessType.BLOCK.capability(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER);

  NodeStageVolumeRequest stage() {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .setVolumeCapability(CAPABILITY)
        .putAllPublishContext(context)
        .build();
  }

  NodePublishVolumeRequest publish() {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setStagingTargetPath(staging.toString())
        .setTargetPath(target.toString())
        .setVolumeCapability(CAPABILITY)
        .putAllPublishContext(context)
        .build();
  }
}
