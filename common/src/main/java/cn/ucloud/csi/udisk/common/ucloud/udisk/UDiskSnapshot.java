package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.Optional;

/**
 * A snapshot as DescribeUDiskSnapshot shows it.
 *
 * @param diskId of the disk it was taken of, which may be gone
 * @param size of that disk at that moment
 * @param type of that disk; empty where the number is not documented
 * @param createTime Unix seconds; 0 if it is not known
 */
public record UDiskSnapshot(
    String id,
    String name,
    String zone,
    String diskId,
    DiskSize size,
    Status status,
    Optional<DiskType> type,
    long createTime) {

  /** A snapshot's Status. */
  public enum Status {
    CREATING,
    NORMAL,
    FAILED,
    /** A status this driver does not know; nothing is concluded from it. */
    UNKNOWN;

    static Status of(String text) {
      return switch (text) {
        case "Creating" -> CREATING;
        case "Normal" -> NORMAL;
        case "Failed" -> FAILED;
        default -> UNKNOWN;
      };
    }
  }

  static UDiskSnapshot from(ApiObject json) {
    return new UDiskSnapshot(
        json.requireId("SnapshotId"),
        json.text("Name").orElse(""),
        json.requireText("Zone"),
        json.requireId("UDiskId"),
        DiskSize.ofGib(json.requireCount("Size")),
        Status.of(json.requireText("Status")),
        json.text("DiskType").flatMap(UDiskSnapshot::type),
        json.seconds("CreateTime"));
  }

  private static Optional<DiskType> type(String number) {
    return switch (number) {
      case "0" -> Optional.of(DiskType.SATA);
      case "2" -> Optional.of(DiskType.SSD);
      case "4" -> Optional.of(DiskType.RSSD);
      default -> Optional.empty();
    };
  }
}
