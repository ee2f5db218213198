package cn.ucloud.csi.udisk.simulator.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of disk, with the names of both protocol versions of DescribeUDisk. */
public enum DiskType {
  NORMAL("DataDisk", "CLOUD_NORMAL", 8000),
  SSD("SSDDataDisk", "CLOUD_SSD", 8000),
  ESSD("ESSDDataDisk", "CLOUD_ESSD", 8000),
  RSSD("RSSDDataDisk", "CLOUD_RSSD", 32000),
  ERSSD("ERSSDDataDisk", "CLOUD_ERSSD", 32000),
  EFFICIENCY("EfficiencyDataDisk", "CLOUD_EFFICIENCY", 32000);

  private final String dataDiskName;
  private final String cloudName;
  private final int largestGb;

  DiskType(String dataDiskName, String cloudName, int largestGb) {
    this.dataDiskName = dataDiskName;
    this.cloudName = cloudName;
    this.largestGb = largestGb;
  }

  /** The name CreateUDisk takes, for example {@code SSDDataDisk}. */
  @JsonValue
  public String dataDiskName() {
    return dataDiskName;
  }

  /** The name of the same kind as a boot disk in ProtocolVersion 0. */
  public String systemDiskName() {
    return dataDiskName.replace("DataDisk", "SystemDisk");
  }

  /** The name in ProtocolVersion 1 and in the UHost API. */
  public String cloudName() {
    return cloudName;
  }

  public int largestGb() {
    return largestGb;
  }

  /** Whether disk and host must be in one RDMA cluster. */
  public boolean needsRdma() {
    return this == RSSD || this == ERSSD;
  }

  public static Optional<DiskType> findByDataDiskName(String name) {
    return Arrays.stream(values()).filter(type -> type.dataDiskName.equals(name)).findFirst();
  }
}
