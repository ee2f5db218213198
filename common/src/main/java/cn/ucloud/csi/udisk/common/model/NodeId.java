package cn.ucloud.csi.udisk.common.model;

import java.util.regex.Pattern;

/**
 * The CSI node id, which is the instance id: {@code uhost-…}, {@code uphost-…} or {@code upm-…}.
 * The closed driver's nodes, and those that keep its form, are known by their internal IPv4 address
 * instead (decision 6).
 */
public record NodeId(String value) {
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

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

  /** Whether this is an instance that one of the two host APIs can look up. */
  public boolean isInstance() {
    return isBareMetal() || value.startsWith("uhost-");
  }

  /** Whether this is the closed driver's form, which the API cannot look up. */
  public boolean isAddress() {
    return ADDRESS.matcher(value).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
