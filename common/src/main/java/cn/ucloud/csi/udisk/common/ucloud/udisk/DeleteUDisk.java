package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.Map;

/** Deletes a detached disk and all that is on it. */
public record DeleteUDisk(String zone, String udiskId) implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("Zone", zone, "UDiskId", udiskId);
  }
}
