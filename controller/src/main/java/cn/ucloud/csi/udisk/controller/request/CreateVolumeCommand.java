package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.controller.volume.DiskName;
import cn.ucloud.csi.udisk.controller.volume.DiskPlan;
import cn.ucloud.csi.udisk.controller.volume.VolumeSpec;
import csi.v1.CreateVolumeRequest;

/** A CreateVolume request that can be carried out. */
public record CreateVolumeCommand(String name, VolumeSpec spec) {

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
    DiskPlan plan = ClassParameters.read(request.getParametersMap());
    CapacityRange range = CapacityRange.from(request.getCapacityRange());
    Placement placement = Placement.from(request.getAccessibilityRequirements(), region);
    return new CreateVolumeCommand(
        request.getName(),
        new VolumeSpec(
            DiskName.of(request.getName(), clusterId),
            range.capacity(),
            new DiskPlan(range.typesFor(plan.types()), plan.terms(), plan.cmkId()),
            placement.zones()));
  }
}
