package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;

/**
 * UCloud API, AttachUDisk.
 *
 * <p>The answer names the device, although the attachment only begins. MultiAttach is read but
 * changes nothing: product documentation lets a disk be on one host only.
 */
public final class AttachUDisk implements Action {
  private final Region region;

  public AttachUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    String diskId = request.require("UDiskId");
    String hostId = request.requireHostId();
    request.isYes("MultiAttach", true);
    Attachment attachment =
        region.attachments().attach(diskId, hostId, request.isYes("EnableCrossPodAttach", false));
    return Map.of(
        "UDiskId",
        diskId,
        "HostId",
        hostId,
        "UHostId",
        hostId,
        "DeviceName",
        attachment.deviceName());
  }
}
