package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.Map;

/** Begins to grow a disk that no host has. No status tells of it; the size changes when done. */
public record ResizeUDisk(String zone, String udiskId, DiskSize size) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "UDiskId", udiskId, "Size", size.gib());
  }
}
