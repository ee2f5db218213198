package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import csi.v1.ControllerExpandVolumeRequest;

/**
 * A ControllerExpandVolume request that can be carried out.
 *
 * @param isBlock the volume has no filesystem of ours, so nothing is left to do on its node
 */
public record ExpandCommand(VolumeId volume, Capacity capacity, boolean isBlock) {

  /**
   * Checks the request without asking the cloud.
   *
   * @throws InvalidRequest if a field is missing or not allowed
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange if no disk size fits
   */
  public static ExpandCommand from(ControllerExpandVolumeRequest request) {
    VolumeId volume = new VolumeId(request.getVolumeId());
    CapacityRange range = CapacityRange.from(request.getCapacityRange());
    if (range.required() == 0) {
      throw new InvalidRequest("capacity_range.required_bytes", "is missing");
    }
    return new ExpandCommand(volume, range.capacity(), request.getVolumeCapability().hasBlock());
  }
}
