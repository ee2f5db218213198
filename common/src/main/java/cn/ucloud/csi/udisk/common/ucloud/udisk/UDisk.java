package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.ApiObject.UnreadableAnswer;
import java.util.Optional;

/**
 * A disk as DescribeUDisk shows it.
 *
 * @param type empty for a type this driver never makes, such as a system disk's
 * @param hostId the host that has it, is getting it or is losing it
 * @param deviceName the letter on that host, once the cloud has given one
 * @param createTime Unix seconds
 */
public record UDisk(
    String id,
    String name,
    String zone,
    DiskSize size,
    UDiskStatus status,
    Optional<DiskType> type,
    Optional<String> hostId,
    Optional<DeviceName> deviceName,
    boolean isSystemDisk,
    long createTime) {

  static UDisk from(ApiObject json) {
    return new UDisk(
        json.requireText("UDiskId"),
        json.text("Name").orElse(""),
        json.requireText("Zone"),
        size(json),
        UDiskStatus.of(json.requireText("Status")),
        json.text("DiskType").flatMap(DiskType::reported),
        json.text("HostId").or(() -> json.text("UHostId")),
        json.text("DeviceName").map(UDisk::deviceName),
        json.text("IsBoot").filter("true"::equalsIgnoreCase).isPresent()
            || json.text("DiskType").filter(type -> type.endsWith("SystemDisk")).isPresent(),
        json.number("CreateTime").orElse(0L));
  }

  private static DiskSize size(ApiObject json) {
    return json.integer("Size")
        .filter(gib -> gib > 0)
        .map(DiskSize::ofGib)
        .orElseThrow(() -> new UnreadableAnswer("has a disk without a size"));
  }

  private static DeviceName deviceName(String text) {
    return DeviceName.find(text)
        .orElseThrow(() -> new UnreadableAnswer("has the strange device name " + text));
  }

  public boolean isOn(String host) {
    return hostId.filter(host::equals).isPresent();
  }
}
