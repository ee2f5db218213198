package cn.ucloud.csi.udisk.common.config;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address as written in flags.
 *
 * @param host empty for all addresses of this machine
 * @param port 0 for any free port
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)\\]|([^:\\[\\]/\\s]*)):(\\d{1,5})");

  public HostPort {
    if (port < 0 || port > 65_535) {
      throw new InvalidRequest("port " + port, "is not between 0 and 65535");
    }
  }

  /**
   * Reads {@code host:port}, {@code :port} or {@code [::1]:port}.
   *
   * @throws InvalidRequest if it is anything else
   */
  public static HostPort parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidRequest(
          "\"" + text + "\"", "is not an address such as 127.0.0.1:9809 or :9809");
    }
    String host = form.group(1) == null ? form.group(2) : form.group(1);
    return new HostPort(host, Integer.parseInt(form.group(3)));
  }

  /** The address to listen on or connect to; unresolved when the name is not known. */
  public InetSocketAddress toSocketAddress() {
    return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
