package cn.ucloud.csi.udisk.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private final Metrics metrics = new Metrics();
  private final AtomicReference<String> dead = new AtomicReference<>("");
  private final AtomicReference<String> busy = new AtomicReference<>("");
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpEndpoint endpoint =
      start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  @AfterEach
  void stop() {
    endpoint.close();
    client.close();
  }

  @Test
  void metricsAreServed() throws Exception {
    metrics.csiCall("NodeStageVolume", "OK", Duration.ofMillis(40));
    HttpResponse<String> page = get("/metrics");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("csi_operations_seconds_count{code=\"OK\",method=\"NodeStageVolume\"} 1")
        .contains(
            "csi_operations_seconds_bucket{code=\"OK\",method=\"NodeStageVolume\",le=\"0.1\"} 1");
  }

  @Test
  void aliveAndReadyAreToldApart() throws Exception {
    busy.set("the keys cannot be read");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(500);
    assertThat(get("/readyz").body()).isEqualTo("the keys cannot be read\n");

    busy.set("");
    dead.set("the socket is gone");
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").statusCode()).isEqualTo(500);
  }

  @Test
  void otherPagesDoNotExist() throws Exception {
    for (String path : new String[] {"/", "/healthz/x", "/metricsx", "/readyzz"}) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void anAddressInUseIsSaidClearly() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port());
    assertThatThrownBy(() -> start(taken))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining("127.0.0.1:" + endpoint.port())
        .hasMessageContaining("in use");
  }

  @Test
  void anUnknownHostIsSaidClearly() {
    assertThatThrownBy(() -> start(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining("nowhere.invalid");
  }

  private HttpEndpoint start(InetSocketAddress address) {
    return HttpEndpoint.start(address, metrics, () -> said(dead), () -> said(busy));
  }

  private static Health said(AtomicReference<String> problem) {
    return Health.unless(Optional.of(problem.get()).filter(text -> !text.isEmpty()));
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
