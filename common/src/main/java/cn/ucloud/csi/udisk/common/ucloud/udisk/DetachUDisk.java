package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.Done;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.Map;

/** Begins to detach a disk from the host that has it; it becomes Available later. */
public record DetachUDisk(String zone, String udiskId, String hostId)
    implements UCloudAction<Done> {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "UDiskId", udiskId, "HostId", hostId);
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
