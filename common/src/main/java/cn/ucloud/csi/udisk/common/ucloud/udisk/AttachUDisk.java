package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.Map;

/** Begins to attach a disk; it becomes InUse later, and only then its device name is believed. */
public record AttachUDisk(String zone, String udiskId, String hostId) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    // MultiAttach defaults to Yes, which would let a second host write to a mounted filesystem.
    return Map.of("Zone", zone, "UDiskId", udiskId, "HostId", hostId, "MultiAttach", "No");
  }
}
