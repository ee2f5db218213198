package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.Done;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.Map;

/** Deletes one snapshot. With UDiskId it would delete all of a disk: that is never sent. */
public record DeleteUDiskSnapshot(String zone, String snapshotId) implements UCloudAction<Done> {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "SnapshotId", snapshotId);
  }

  @Override
  public boolean isRead() {
    return false;
  }

  @Override
  public Done read(ApiObject body) {
    return Done.DONE;
  }
}
