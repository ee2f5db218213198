package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.ucloud.http.CaBundle;
import cn.ucloud.csi.udisk.common.ucloud.http.HttpProxies;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the API is and what is asked of every call.
 *
 * @param endpoint such as {@code http://api.service.ucloud.cn}
 * @param region such as {@code cn-bj2}
 * @param projectId such as {@code org-abc123}; needed by sub-accounts
 * @param connectTimeout for the connection alone
 * @param requestTimeout from sending to the whole answer; the gateway itself gives up after 60 s
 * @param proxies through which the API is asked, if any
 * @param caBundle whom the API may be signed by besides those that the JVM trusts
 */
public record UCloudConfig(
    URI endpoint,
    String region,
    Optional<String> projectId,
    Duration connectTimeout,
    Duration requestTimeout,
    HttpProxies proxies,
    Optional<CaBundle> caBundle) {

  /** Without a proxy, and signed by one that the JVM trusts. */
  public UCloudConfig(
      URI endpoint,
      String region,
      Optional<String> projectId,
      Duration connectTimeout,
      Duration requestTimeout) {
    this(
        endpoint,
        region,
        projectId,
        connectTimeout,
        requestTimeout,
        HttpProxies.NONE,
        Optional.empty());
  }
}
