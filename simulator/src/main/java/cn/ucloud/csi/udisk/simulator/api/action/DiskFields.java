package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.region.Bills;
import cn.ucloud.csi.udisk.simulator.region.Region;
import cn.ucloud.csi.udisk.simulator.region.Snapshots;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The fields of one disk in DescribeUDisk, as many as the request did not ask to leave out. */
record DiskFields(
    boolean newTypeNames, boolean billing, boolean backup, Snapshots snapshots, Bills bills) {

  static DiskFields asked(ApiRequest request, Region region) {
    boolean basic = request.isYes("UDiskBasicInfo", false);
    return new DiskFields(
        isNewProtocol(request),
        !basic && !request.isYes("IgnoreUBillInfo", false),
        !basic && !request.isYes("IgnoreBackupMode", false),
        region.snapshots(),
        region.bills());
  }

  /** Whether ProtocolVersion 1 was asked for, which names types as the UHost API does. */
  static boolean isNewProtocol(ApiRequest request) {
    return request.countOr("ProtocolVersion", 0) == 1;
  }

  static String typeName(Disk disk, boolean newNames) {
    DiskType type = disk.order().type();
    if (newNames) {
      return type.cloudName();
    }
    return disk.boot() ? type.systemDiskName() : type.dataDiskName();
  }

  Map<String, Object> of(Disk disk, Optional<Host> host) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Zone", disk.order().zone());
    fields.put("UDiskId", disk.id());
    fields.put("Name", disk.order().name());
    fields.put("Size", disk.order().sizeGb());
    fields.put("Status", disk.status().apiName());
    fields.put("CreateTime", disk.created().getEpochSecond());
    fields.put("DiskType", typeName(disk, newTypeNames));
    fields.put("IsBoot", disk.boot() ? "True" : "False");
    fields.put("RdmaClusterId", disk.order().rdmaClusterId());
    fields.put("Tag", disk.order().tag());
    fields.put("Version", "2.0");
    fields.put("CloneEnable", 1);
    fields.put("SnapEnable", 1);
    fields.put("UKmsMode", bills.isLocked(disk) ? "Yes" : "No");
    fields.put("CmkIdStatus", bills.isLocked(disk) ? "Disabled" : "NoCmkId");
    putHost(fields, disk, host);
    if (billing) {
      fields.put("ChargeType", disk.order().chargeType());
      fields.put("ExpiredTime", bills.paidUntil(disk).getEpochSecond());
      fields.put("IsExpire", bills.isUnpaid(disk) ? "Yes" : "No");
    }
    if (backup) {
      fields.put("BackupMode", "");
      fields.put("UDataArkMode", "No");
      fields.put("ArkSwitchEnable", 0);
      fields.put("SnapshotCount", snapshots.of(disk.id()).size());
      fields.put("SnapshotLimit", 3);
    }
    return fields;
  }

  /** The fields exist twice, the second time under their old names. */
  private static void putHost(Map<String, Object> fields, Disk disk, Optional<Host> host) {
    Optional<Attachment> attachment = Optional.ofNullable(disk.attachment());
    String id = attachment.map(Attachment::hostId).orElse("");
    String ip = host.map(h -> h.spec().ip()).orElse("");
    for (String prefix : new String[] {"Host", "UHost"}) {
      fields.put(prefix + "Id", id);
      fields.put(prefix + "Name", id);
      fields.put(prefix + "IP", ip);
    }
    // Whether the letter is known while attaching is not documented: it is not, to be strict.
    fields.put(
        "DeviceName",
        disk.status() == DiskStatus.ATTACHING
            ? ""
            : attachment.map(Attachment::deviceName).orElse(""));
  }
}
