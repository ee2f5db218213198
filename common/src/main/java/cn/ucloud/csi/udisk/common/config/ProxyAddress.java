package cn.ucloud.csi.udisk.common.config;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an HTTP proxy is; empty when its variable is set to nothing, which means none. */
public record ProxyAddress(Optional<HostPort> address) {
  private static final Pattern FORM =
      Pattern.compile("(?:http://)?((?:\\[[0-9A-Fa-f:.%]+\\]|[^:\\[\\]/\\s@]+):\\d{1,5})/?");

  /**
   * Reads {@code http://host:port}, or the same without {@code http://}.
   *
   * @throws InvalidRequest if it is anything else; what was given is not repeated, for it may hold
   *     a password
   */
  public static ProxyAddress parse(String text) {
    if (text.isEmpty()) {
      return new ProxyAddress(Optional.empty());
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidRequest(
          "the address of the proxy",
          "is not of the form http://host:port; https, SOCKS, and user names are not supported");
    }
    return new ProxyAddress(Optional.of(HostPort.parse(form.group(1))));
  }

  @Override
  public String toString() {
    return address.map(HostPort::toString).orElse("");
  }
}
