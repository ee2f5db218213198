package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up disks by id, by name, by host, or all of the region. Whether UDiskName filters exactly
 * is not documented, so the caller compares; a disk that was just made may not be listed yet.
 *
 * @param hostId of the UHost or bare metal that the disks are associated with
 * @param offset of the first disk of this page
 * @param isBilled whether what the disks are paid for is asked too
 */
public record DescribeUDisk(
    Optional<String> udiskId,
    Optional<String> udiskName,
    Optional<String> hostId,
    int offset,
    boolean isBilled)
    implements UCloudAction<Page<UDisk>> {
  private static final int LIMIT = 100;

  public static DescribeUDisk byId(String udiskId) {
    return new DescribeUDisk(Optional.of(udiskId), Optional.empty(), Optional.empty(), 0, false);
  }

  public static DescribeUDisk byName(String udiskName, int offset) {
    return new DescribeUDisk(
        Optional.empty(), Optional.of(udiskName), Optional.empty(), offset, false);
  }

  public static DescribeUDisk onHost(String hostId, int offset) {
    return new DescribeUDisk(
        Optional.empty(), Optional.empty(), Optional.of(hostId), offset, false);
  }

  public static DescribeUDisk all(int offset) {
    return new DescribeUDisk(Optional.empty(), Optional.empty(), Optional.empty(), offset, false);
  }

  /** The same with what the disks are paid for, which takes the cloud longer. */
  public DescribeUDisk withBill() {
    return new DescribeUDisk(udiskId, udiskName, hostId, offset, true);
  }

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    udiskId.ifPresent(id -> parameters.put("UDiskId", id));
    udiskName.ifPresent(name -> parameters.put("UDiskName", name));
    hostId.ifPresent(host -> parameters.put("HostId", host));
    parameters.put("Offset", offset);
    parameters.put("Limit", LIMIT);
    // Bills are seldom, and backup settings never needed, and both make the answer slow.
    parameters.put("IgnoreUBillInfo", isBilled ? "No" : "Yes");
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
