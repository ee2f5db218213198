package cn.ucloud.csi.udisk.common.ucloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.config.HostPort;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpProxiesTest {
  private static final HostPort PLAIN = new HostPort("plain", 3128);
  private static final HostPort TUNNEL = new HostPort("tunnel", 3129);

  @Test
  void eachSchemeHasItsOwnProxy() {
    HttpProxies proxies = except("");
    assertThat(proxies.find(URI.create("http://api.ucloud.cn"))).hasValue(PLAIN);
    assertThat(proxies.find(URI.create("https://api.ucloud.cn"))).hasValue(TUNNEL);
    assertThat(HttpProxies.NONE.find(URI.create("http://api.ucloud.cn"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          api.ucloud.cn           | http://api.ucloud.cn      | true
          UCloud.cn               | http://API.ucloud.cn      | true
          .ucloud.cn              | http://api.ucloud.cn      | true
          *.ucloud.cn             | http://api.ucloud.cn      | true
          a, b , ucloud.cn        | http://api.ucloud.cn      | true
          *                       | http://api.ucloud.cn      | true
          cloud.cn                | http://api.ucloud.cn      | false
          api.ucloud.cn.org       | http://api.ucloud.cn      | false
          ucloud.cn:80            | http://api.ucloud.cn      | true
          ucloud.cn:443           | https://api.ucloud.cn     | true
          ucloud.cn:81            | http://api.ucloud.cn      | false
          10.9.0.1                | http://10.9.0.1:8080      | true
          10.0.0.0/8              | http://10.9.0.1           | true
          10.9.0.0/31             | http://10.9.0.1           | true
          10.9.0.0/32             | http://10.9.0.1           | false
          10.9.0.0/99             | http://10.9.0.1           | false
          10.0.0.0/8              | http://api.ucloud.cn      | false
          fd00::/8                | http://[fd00::1]          | true
          fd00::/8                | http://10.9.0.1           | false
          """)
  void serversThatAreAskedDirectly(String direct, URI server, boolean isDirect) {
    assertThat(except(direct).find(server).isEmpty()).isEqualTo(isDirect);
  }

  private static HttpProxies except(String direct) {
    return new HttpProxies(Optional.of(PLAIN), Optional.of(TUNNEL), HttpProxies.list(direct));
  }
}
