package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.Done;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.Map;

/** Deletes a detached disk and all that is on it. */
public record DeleteUDisk(String zone, String udiskId) implements UCloudAction<Done> {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "UDiskId", udiskId);
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
