package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import java.util.Optional;

/**
 * A ValidateVolumeCapabilities request that can be answered.
 *
 * @param problem the first capability that is not supported; empty if all are
 */
public record ValidateCommand(VolumeId volume, Optional<String> problem) {

  /**
   * Checks the request without asking the cloud.
   *
   * @throws InvalidRequest if the volume id or the capabilities are missing
   */
  public static ValidateCommand from(ValidateVolumeCapabilitiesRequest request) {
    VolumeId volume = new VolumeId(request.getVolumeId());
    if (request.getVolumeCapabilitiesCount() == 0) {
      throw new InvalidRequest("volume_capabilities", "is missing");
    }
    return new ValidateCommand(
        volume,
        request.getVolumeCapabilitiesList().stream()
            .flatMap(capability -> Capabilities.findProblem(capability).stream())
            .findFirst());
  }
}
