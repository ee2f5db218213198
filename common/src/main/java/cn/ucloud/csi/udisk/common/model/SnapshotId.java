package cn.ucloud.csi.udisk.common.model;

/** The CSI snapshot id, which is the id of the UDisk snapshot ({@code bsSnap-…}). */
public record SnapshotId(String value) {

  /**
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest if empty or not an id
   */
  public SnapshotId {
    Checks.id("snapshot_id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
