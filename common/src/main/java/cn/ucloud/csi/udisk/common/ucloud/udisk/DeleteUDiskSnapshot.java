package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.Map;

/** Deletes one snapshot. With UDiskId it would delete all of a disk: that is never sent. */
public record DeleteUDiskSnapshot(String zone, String snapshotId) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "SnapshotId", snapshotId);
  }
}
