package cn.ucloud.csi.udisk.common.grpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsiEndpointTest {

  @ParameterizedTest
  @CsvSource({
    "unix:///csi/csi.sock, /csi/csi.sock",
    "unix://csi/csi.sock, /csi/csi.sock",
    "unix://var/lib/kubelet/csi-plugins/udisk.csi.ucloud.cn/csi.sock,"
        + " /var/lib/kubelet/csi-plugins/udisk.csi.ucloud.cn/csi.sock",
    "unix:/csi/csi.sock, /csi/csi.sock",
    "/csi/csi.sock, /csi/csi.sock",
    "/csi/a:b, /csi/a:b",
  })
  void readsEveryFormInUse(String text, String path) {
    assertThat(CsiEndpoint.parse(text).path()).isEqualTo(Path.of(path));
  }

  @Test
  void relativePathsCountFromTheWorkingDirectory() {
    Path here = Path.of("csi.sock").toAbsolutePath();
    assertThat(CsiEndpoint.parse("csi.sock").path()).isEqualTo(here);
    assertThat(CsiEndpoint.parse("unix:csi.sock").path()).isEqualTo(here);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unix://",
        "unix:///",
        "unix:",
        "/",
        "tcp://10.0.0.1:10000",
        "dns:node",
        "a\0"
      })
  void refusesWhatNamesNoSocket(String text) {
    assertThatThrownBy(() -> CsiEndpoint.parse(text))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("endpoint ");
  }

  @Test
  void refusesPathsThatNoSocketAddressHolds() {
    String longest = "/" + "x".repeat(106);
    assertThat(CsiEndpoint.parse(longest).path()).hasToString(longest);
    assertThatThrownBy(() -> CsiEndpoint.parse(longest + "x")).hasMessageContaining("108 bytes");
    assertThatThrownBy(() -> CsiEndpoint.parse("/" + "盘".repeat(36)))
        .hasMessageContaining("109 bytes");
  }

  @Test
  void printsWhatItReadsBack() {
    CsiEndpoint endpoint = CsiEndpoint.parse("unix://csi/csi.sock");
    assertThat(CsiEndpoint.parse(endpoint.toString())).isEqualTo(endpoint);
  }
}
