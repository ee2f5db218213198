package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.CapacityRange;
import csi.v1.NodeExpandVolumeRequest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * NodeExpandVolume, checked.
 *
 * @param path where the volume is staged or published
 * @param requiredBytes 0 for whatever size the disk has
 */
public record ExpandCommand(
    VolumeId volume, Path path, long requiredBytes, Optional<Long> limitBytes) {

  /**
   * Reads the request.
   *
   * @throws InvalidRequest naming the field
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.NotFound if no volume can be at the
   *     path
   * @throws SizeOutOfRange if no size is in the range
   */
  public static ExpandCommand from(NodeExpandVolumeRequest request) {
    VolumeId volume = new VolumeId(request.getVolumeId());
    Path path = Paths.requireWithVolume("volume_path", request.getVolumePath());
    CapacityRange range = request.getCapacityRange();
    long required = range.getRequiredBytes();
    long limit = range.getLimitBytes();
    if (required < 0 || limit < 0) {
      throw new InvalidRequest("capacity_range", "must not be negative");
    }
    if (limit > 0 && required > limit) {
      throw new SizeOutOfRange(
          "capacity_range requires " + required + " bytes and allows only " + limit);
    }
    return new ExpandCommand(
        volume, path, required, limit > 0 ? Optional.of(limit) : Optional.empty());
  }
}
