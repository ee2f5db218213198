package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.Map;

/**
 * Begins to grow a disk that is attached to a UHost, in steps of 10, or only asks what that would
 * mean. The answer is whether the host sees the growth only after a power cycle.
 *
 * @param dryRun nothing is resized
 */
public record ResizeAttachedDisk(
    String zone, String uhostId, String diskId, DiskSize diskSpace, boolean dryRun)
    implements UCloudAction<Boolean> {

  @Override
  public Map<String, Object> parameters() {
    return Map.of(
        "Zone",
        zone,
        "UHostId",
        uhostId,
        "DiskId",
        diskId,
        "DiskSpace",
        diskSpace.gib(),
        "DryRun",
        dryRun);
  }

  @Override
  public boolean isRead() {
    return dryRun;
  }

  @Override
  public Boolean read(ApiObject body) {
    return body.text("NeedRestart").filter("true"::equalsIgnoreCase).isPresent();
  }
}
