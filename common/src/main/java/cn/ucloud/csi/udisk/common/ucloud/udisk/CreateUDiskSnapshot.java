package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject.UnreadableAnswer;
import java.util.Map;

/**
 * Takes a snapshot of a disk, attached or not. Names are not unique: sent twice, it takes two.
 * Answers at once with the id; the snapshot becomes Normal later.
 */
public record CreateUDiskSnapshot(String zone, String udiskId, String snapshotName)
    implements UCloudAction<SnapshotId> {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "UDiskId", udiskId, "Name", snapshotName);
  }

  @Override
  public SnapshotId read(ApiObject body) {
    String id = body.firstText("SnapshotId").orElseGet(() -> body.requireText("SnapshotId"));
    try {
      return new SnapshotId(id);
    } catch (InvalidRequest e) {
      throw new UnreadableAnswer("has no id that can be used: " + id);
    }
  }
}
