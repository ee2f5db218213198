package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.Mutation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Begins to attach a disk; it becomes InUse later, and only then its device name is believed.
 *
 * @param acrossClusters also if disk and host are in different RDMA clusters, which this parameter
 *     of the API calls pods
 */
public record AttachUDisk(String zone, String udiskId, String hostId, boolean acrossClusters)
    implements Mutation {

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Zone", zone);
    parameters.put("UDiskId", udiskId);
    parameters.put("HostId", hostId);
    // MultiAttach defaults to Yes, which would let a second host write to a mounted filesystem.
    parameters.put("MultiAttach", "No");
    if (acrossClusters) {
      parameters.put("EnableCrossPodAttach", "Yes");
    }
    return parameters;
  }
}
