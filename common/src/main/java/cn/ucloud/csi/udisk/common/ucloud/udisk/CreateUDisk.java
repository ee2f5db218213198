package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.ApiObject.UnreadableAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a disk. Names are not unique and there is no idempotency token: sent twice, it makes two
 * disks. Answers at once with the id; the disk becomes Available later.
 */
public record CreateUDisk(String zone, DiskSize size, String diskName, DiskType diskType)
    implements UCloudAction<VolumeId> {

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Zone", zone);
    parameters.put("Size", size.gib());
    parameters.put("Name", diskName);
    // Always sent: the documents disagree about the default.
    parameters.put("ChargeType", "Dynamic");
    parameters.put("DiskType", diskType.apiName());
    return parameters;
  }

  @Override
  public boolean isRead() {
    return false;
  }

  @Override
  public VolumeId read(ApiObject body) {
    String id = body.firstText("UDiskId").orElseGet(() -> body.requireText("UDiskId"));
    try {
      return new VolumeId(id);
    } catch (InvalidRequest e) {
      throw new UnreadableAnswer("has no id that can be used: " + id);
    }
  }
}
