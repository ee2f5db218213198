package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import csi.v1.NodePublishVolumeRequest;
import java.nio.file.Path;

/**
 * NodePublishVolume, checked.
 *
 * @param options for the one mount at the target, read-only included
 * @param raw whether the pod gets the disk itself rather than a filesystem
 */
public record PublishCommand(
    VolumeId volume,
    Path stagingPath,
    Path targetPath,
    MountOptions options,
    Access access,
    boolean raw,
    PublishContext context) {

  /**
   * Reads the request.
   *
   * @throws PreconditionFailed if there is no staging path; the specification wants
   *     FAILED_PRECONDITION
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest naming the field
   */
  public static PublishCommand from(NodePublishVolumeRequest request) {
    VolumeId volume = new VolumeId(request.getVolumeId());
    Path target = Paths.require("target_path", request.getTargetPath());
    Capability capability = Capability.from(request.getVolumeCapability());
    if (request.getStagingTargetPath().isEmpty()) {
      throw new PreconditionFailed(
          "staging_target_path is missing: this driver stages every volume");
    }
    MountOptions options = capability.options().perMount();
    boolean readOnly = request.getReadonly() || capability.access() == Access.READERS;
    return new PublishCommand(
        volume,
        Paths.require("staging_target_path", request.getStagingTargetPath()),
        target,
        readOnly ? options.readOnly() : options,
        capability.access(),
        capability.raw(),
        PublishContext.from(request.getPublishContextMap()));
  }
}
