package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.Optional;

/**
 * A disk as DescribeUDisk shows it.
 *
 * @param type empty for a type this driver never makes, such as a system disk's
 * @param hostId the host that has it, is getting it or is losing it
 * @param hostIp the address of that host; empty also where the host is gone
 * @param deviceName the letter on that host, once the cloud has given one; empty also for a name
 *     that is no letter, which bare metal may have, so that such a disk can still be detached
 * @param createTime Unix seconds; 0 if it is not known
 * @param rdmaCluster where an RSSD disk is, at this moment: the cloud moves disks without notice
 */
public record UDisk(
    String id,
    String name,
    String zone,
    DiskSize size,
    UDiskStatus status,
    Optional<DiskType> type,
    Optional<String> hostId,
    Optional<String> hostIp,
    Optional<DeviceName> deviceName,
    boolean isSystemDisk,
    long createTime,
    Optional<String> rdmaCluster,
    Standing standing) {

  static UDisk from(ApiObject json) {
    return new UDisk(
        json.requireId("UDiskId"),
        json.text("Name").orElse(""),
        json.requireText("Zone"),
        DiskSize.ofGib(json.requireCount("Size")),
        UDiskStatus.of(json.requireText("Status")),
        json.text("DiskType").flatMap(DiskType::reported),
        json.id("HostId").or(() -> json.id("UHostId")),
        json.text("HostIP").or(() -> json.text("UHostIP")),
        json.text("DeviceName").flatMap(DeviceName::find),
        json.text("IsBoot").filter("true"::equalsIgnoreCase).isPresent()
            || json.text("DiskType").filter(type -> type.endsWith("SystemDisk")).isPresent(),
        json.seconds("CreateTime"),
        json.text("RdmaClusterId"),
        Standing.from(json));
  }

  /** Whether the host has it, named by its id or, as the closed driver does, by its address. */
  public boolean isOn(String host) {
    return hostId.filter(host::equals).isPresent() || hostIp.filter(host::equals).isPresent();
  }
}
