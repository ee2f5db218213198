package cn.ucloud.csi.udisk.common.ucloud.flags;

import cn.ucloud.csi.udisk.common.config.ProxyAddress;
import cn.ucloud.csi.udisk.common.ucloud.http.HttpProxies;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * The flags about proxies, to be mixed into those about the cloud. Their variables are those that
 * curl and Go read, in both spellings.
 */
final class ProxyOptions {
  private static final String HTTP = "--http-proxy";
  private static final String HTTPS = "--https-proxy";
  private static final String DIRECT = "--no-proxy";

  @Option(
      names = HTTP,
      paramLabel = "<url>",
      defaultValue = "",
      description =
          "The proxy for an http:// API of UCloud, such as http://10.9.0.7:3128. The metadata server"
              + " and the Kubernetes API are never asked through one.")
  private ProxyAddress http;

  @Option(
      names = HTTPS,
      paramLabel = "<url>",
      defaultValue = "",
      description = "The proxy for an https:// API of UCloud, by a tunnel.")
  private ProxyAddress https;

  @Option(
      names = DIRECT,
      paramLabel = "<hosts>",
      defaultValue = "",
      description =
          "What is asked directly all the same: names (with all below them), addresses and blocks of"
              + " addresses, with commas between them, or *.")
  private String direct;

  Map<String, List<String>> aliases() {
    return Map.of(
        HTTP, List.of("http_proxy"), HTTPS, List.of("https_proxy"), DIRECT, List.of("no_proxy"));
  }

  HttpProxies toProxies() {
    return new HttpProxies(http.address(), https.address(), HttpProxies.list(direct));
  }
}
