package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.SnapshotSpec;
import csi.v1.CreateSnapshotRequest;

/** A CreateSnapshot request that can be carried out. */
public record CreateSnapshotCommand(String name, SnapshotSpec spec) {

  /**
   * Checks the request without asking the cloud.
   *
   * @throws InvalidRequest if a field is missing or not allowed
   */
  public static CreateSnapshotCommand from(CreateSnapshotRequest request, String clusterId) {
    if (request.getName().isEmpty()) {
      throw new InvalidRequest("name", "is missing");
    }
    if (DiskName.isReserved(request.getName())) {
      throw new InvalidRequest("name", "ends as the names of snapshots do that clones are made of");
    }
    if (request.getSourceVolumeId().isEmpty()) {
      throw new InvalidRequest("source_volume_id", "is missing");
    }
    for (String key : request.getParametersMap().keySet()) {
      if (!key.startsWith(ClassParameters.SIDECAR_PREFIX)) {
        throw new InvalidRequest(
            "parameters",
            "has the unknown key '%s'; allowed is %s*"
                .formatted(key, ClassParameters.SIDECAR_PREFIX));
      }
    }
    return new CreateSnapshotCommand(
        request.getName(),
        new SnapshotSpec(
            DiskName.of(request.getName(), clusterId), new VolumeId(request.getSourceVolumeId())));
  }
}
