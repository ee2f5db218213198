package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up disks by id, by name, or all of the region. Whether UDiskName filters exactly is not
 * documented, so the caller compares; a disk that was just made may not be listed yet.
 *
 * @param offset of the first disk of this page
 */
public record DescribeUDisk(Optional<String> udiskId, Optional<String> udiskName, int offset)
    implements UCloudAction<Page<UDisk>> {
  private static final int LIMIT = 100;

  public static DescribeUDisk byId(String udiskId) {
    return new DescribeUDisk(Optional.of(udiskId), Optional.empty(), 0);
  }

  public static DescribeUDisk byName(String udiskName, int offset) {
    return new DescribeUDisk(Optional.empty(), Optional.of(udiskName), offset);
  }

  public static DescribeUDisk all(int offset) {
    return new DescribeUDisk(Optional.empty(), Optional.empty(), offset);
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    udiskId.ifPresent(id -> parameters.put("UDiskId", id));
    udiskName.ifPresent(name -> parameters.put("UDiskName", name));
    parameters.put("Offset", offset);
    parameters.put("Limit", LIMIT);
    // Bills and backup settings are not needed and make the answer slow.
    parameters.put("IgnoreUBillInfo", "Yes");
    parameters.put("IgnoreBackupMode", "Yes");
    return parameters;
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public Page<UDisk> read(ApiObject body) {
    return Page.read(body, "UDiskId", UDisk::from);
  }
}
