package cn.ucloud.csi.udisk.simulator.model;

import com.fasterxml.jackson.annotation.JsonValue;

/** The states of a disk that this region uses, spelled as DescribeUDisk spells them. */
public enum DiskStatus {
  /** The spelling is UCloud's. */
  INITIALIZATING("Initializating"),
  CLONING("Cloning"),
  AVAILABLE("Available"),
  ATTACHING("Attaching"),
  IN_USE("InUse"),
  DETACHING("Detaching"),
  FAILED("Failed");

  private final String apiName;

  DiskStatus(String apiName) {
    this.apiName = apiName;
  }

  @JsonValue
  public String apiName() {
    return apiName;
  }
}
