package cn.ucloud.csi.udisk.simulator.model;

import com.fasterxml.jackson.annotation.JsonValue;

/** The states of a snapshot that this region uses, spelled as DescribeUDiskSnapshot spells them. */
public enum SnapshotStatus {
  CREATING("Creating"),
  NORMAL("Normal");

  private final String apiName;

  SnapshotStatus(String apiName) {
    this.apiName = apiName;
  }

  @JsonValue
  public String apiName() {
    return apiName;
  }
}
