package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Looks up snapshots by id, by disk, or all of the region. There is no filter by name, and a
 * missing one is an empty answer.
 *
 * @param filter the parameters that choose
 * @param offset of the first snapshot of this page
 */
public record DescribeUDiskSnapshot(Map<String, String> filter, int offset)
    implements UCloudAction<Page<UDiskSnapshot>> {
  private static final int LIMIT = 100;

  public static DescribeUDiskSnapshot byId(String snapshotId) {
    return new DescribeUDiskSnapshot(Map.of("SnapshotId", snapshotId), 0);
  }

  /** With a disk the zone is mandatory. */
  public static DescribeUDiskSnapshot ofDisk(String zone, String udiskId, int offset) {
    return new DescribeUDiskSnapshot(Map.of("Zone", zone, "UDiskId", udiskId), offset);
  }

  public static DescribeUDiskSnapshot all(int offset) {
    return new DescribeUDiskSnapshot(Map.of(), offset);
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>(filter);
    parameters.put("Offset", offset);
    parameters.put("Limit", LIMIT);
    return parameters;
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public Page<UDiskSnapshot> read(ApiObject body) {
    return Page.read(body, "SnapshotId", UDiskSnapshot::from);
  }
}
