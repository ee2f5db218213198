package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.VolumeContext;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.controller.volume.DiskName;
import cn.ucloud.csi.udisk.controller.volume.VolumeSpec;
import csi.v1.CreateVolumeRequest;
import java.util.Map;

/**
 * A CreateVolume request that can be carried out.
 *
 * @param volumeContext what the node has to know about the volume
 */
public record CreateVolumeCommand(String name, VolumeSpec spec, Map<String, String> volumeContext) {
  public CreateVolumeCommand {
    volumeContext = Map.copyOf(volumeContext);
  }

  /**
   * Checks the request without asking the cloud.
   *
   * @throws InvalidRequest if a field is missing or not allowed
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange if no disk size fits
   */
  public static CreateVolumeCommand from(
      CreateVolumeRequest request, String region, String clusterId) {
    if (request.getName().isEmpty()) {
      throw new InvalidRequest("name", "is missing");
    }
    Capabilities.requireSupported("volume_capabilities", request.getVolumeCapabilitiesList());
    if (request.hasVolumeContentSource()) {
      throw new InvalidRequest(
          "volume_content_source", "is not supported; volumes are created empty");
    }
    if (request.getMutableParamsCount() > 0) {
      throw new InvalidRequest("mutable_parameters", "are not supported");
    }
    ClassParameters parameters =
        ClassParameters.from(
            request.getParametersMap(),
            Capabilities.filesystem(request.getVolumeCapabilitiesList()));
    DiskType type = parameters.type();
    CapacityRange range = CapacityRange.from(request.getCapacityRange());
    Placement placement = Placement.from(request.getAccessibilityRequirements(), region);
    return new CreateVolumeCommand(
        request.getName(),
        new VolumeSpec(
            DiskName.of(request.getName(), clusterId),
            range.sizeFor(type),
            range.required(),
            range.limit(),
            type,
            placement.zones()),
        VolumeContext.ofBlankDisk(type.className(), parameters.filesystem(), parameters.mkfs()));
  }
}
