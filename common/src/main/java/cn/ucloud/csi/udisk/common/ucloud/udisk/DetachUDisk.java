package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.Map;

/** Begins to detach a disk from the host that has it; it becomes Available later. */
public record DetachUDisk(String zone, String udiskId, String hostId) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "UDiskId", udiskId, "HostId", hostId);
  }
}
