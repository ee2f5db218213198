package cn.ucloud.csi.udisk.common.model;

/**
 * The CSI volume id, which is the UDisk id ({@code bsm-…}, {@code bs-…}; no prefix is relied on).
 *
 * <p>Safe to use as a file name.
 */
public record VolumeId(String value) {

  /**
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest if empty or not an id
   */
  public VolumeId {
    Checks.id("volume_id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
