package cn.ucloud.csi.udisk.common.config;

import java.util.Optional;

/** Where metrics and health are served; empty when that is switched off by the word "off". */
public record HttpListen(Optional<HostPort> address) {
  private static final String OFF = "off";

  /**
   * Reads an address or {@code off}.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest if it is neither
   */
  public static HttpListen parse(String text) {
    return new HttpListen(text.equals(OFF) ? Optional.empty() : Optional.of(HostPort.parse(text)));
  }

  @Override
  public String toString() {
    return address.map(HostPort::toString).orElse(OFF);
  }
}
