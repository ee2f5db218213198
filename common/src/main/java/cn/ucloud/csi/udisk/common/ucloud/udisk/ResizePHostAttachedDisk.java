package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.Map;

/** Begins to grow a disk that is attached to bare metal. */
public record ResizePHostAttachedDisk(
    String zone, String phostId, String udiskId, DiskSize diskSpace) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Map.of(
        "Zone", zone, "PHostId", phostId, "UDiskId", udiskId, "DiskSpace", diskSpace.gib());
  }
}
