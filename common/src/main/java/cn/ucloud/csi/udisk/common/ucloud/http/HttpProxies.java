package cn.ucloud.csi.udisk.common.ucloud.http;

import cn.ucloud.csi.udisk.common.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Through which proxy a server is asked, by the rules that curl and Go have for {@code HTTP_PROXY},
 * {@code HTTPS_PROXY} and {@code NO_PROXY}.
 *
 * @param http for {@code http://} servers
 * @param https for {@code https://} servers, through a tunnel
 * @param direct servers that are asked without one: a name, with all names below it; an address or
 *     block of addresses; either with a port; {@code *} for all
 */
public record HttpProxies(Optional<HostPort> http, Optional<HostPort> https, List<String> direct) {
  public static final HttpProxies NONE =
      new HttpProxies(Optional.empty(), Optional.empty(), List.of());

  public HttpProxies {
    direct = List.copyOf(direct);
  }

  /** {@code direct} in the form of its variable: a list with commas. */
  public static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** The proxy for a server; empty if it is asked directly. */
  public Optional<HostPort> find(URI server) {
    Optional<HostPort> proxy = "https".equals(server.getScheme()) ? https : http;
    return proxy.filter(_ -> direct.stream().noneMatch(entry -> matches(entry, server)));
  }

  /** The same for the JDK's client; it resolves the proxy's name anew each time. */
  public ProxySelector selector() {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI server) {
        return List.of(
            find(server)
                .map(at -> new Proxy(Proxy.Type.HTTP, new InetSocketAddress(at.host(), at.port())))
                .orElse(Proxy.NO_PROXY));
      }

      @Override
      public void connectFailed(URI server, SocketAddress proxy, IOException failure) {
        // The exchange fails with the same exception.
      }
    };
  }

  private static boolean matches(String entry, URI server) {
    if (entry.equals("*")) {
      return true;
    }
    String host = String.valueOf(server.getHost()).toLowerCase(Locale.ROOT);
    String name = entry.toLowerCase(Locale.ROOT);
    int colon = name.lastIndexOf(':');
    if (colon > 0 && name.indexOf(':') == colon) { // more of them are an IPv6 address
      if (!name.substring(colon + 1).equals(Integer.toString(port(server)))) {
        return false;
      }
      name = name.substring(0, colon);
    }
    String suffix = name.startsWith("*.") ? name.substring(1) : name;
    String domain = suffix.startsWith(".") ? suffix : "." + suffix;
    return ("." + host).endsWith(domain) || isInBlock(host, name);
  }

  private static int port(URI server) {
    int standard = "https".equals(server.getScheme()) ? 443 : 80;
    return server.getPort() < 0 ? standard : server.getPort();
  }

  /** Of addresses alone: a server's name is not looked up for this. */
  private static boolean isInBlock(String host, String block) {
    int slash = block.indexOf('/');
    if (slash < 0) {
      return false;
    }
    try {
      byte[] address = bytes(host);
      byte[] network = bytes(block.substring(0, slash));
      int bits = Integer.parseInt(block.substring(slash + 1));
      return address.length == network.length
          && bits >= 0
          && bits <= 8 * network.length
          && commonBits(address, network) >= bits;
    } catch (IllegalArgumentException _) {
      return false; // one of them is no address
    }
  }

  private static byte[] bytes(String literal) {
    return InetAddress.ofLiteral(literal).getAddress();
  }

  private static int commonBits(byte[] one, byte[] other) {
    for (int i = 0; i < one.length; i++) {
      int difference = (one[i] ^ other[i]) & 0xff;
      if (difference != 0) {
        return 8 * i + Integer.numberOfLeadingZeros(difference) - 24;
      }
    }
    return 8 * one.length;
  }
}
