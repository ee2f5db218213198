package cn.ucloud.csi.udisk.common.model;

/**
 * The CSI node id, which is the instance id: {@code uhost-…}, {@code uphost-…} or {@code upm-…}.
 */
public record NodeId(String value) {

  /**
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest if empty or not an id
   */
  public NodeId {
    Checks.id("node_id", value);
  }

  /** Bare metal has other API actions and no virtio serials. */
  public boolean isBareMetal() {
    return value.startsWith("uphost-") || value.startsWith("upm-");
  }

  @Override
  public String toString() {
    return value;
  }
}
