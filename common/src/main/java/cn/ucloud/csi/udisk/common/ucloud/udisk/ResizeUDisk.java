package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.Done;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.Map;

/** Begins to grow a disk that no host has. No status tells of it; the size changes when done. */
public record ResizeUDisk(String zone, String udiskId, DiskSize size)
    implements UCloudAction<Done> {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "UDiskId", udiskId, "Size", size.gib());
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
