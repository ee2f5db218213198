package cn.ucloud.csi.udisk.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
  private final HttpEndpoint endpoint = start(address(0));
  private final int port = endpoint.port().orElseThrow();

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
  void anAddressInUseIsSaidAndTakenAsSoonAsItIsFree() {
    HttpEndpoint waiting = start(address(port));
    try (waiting) {
      assertThat(waiting.port()).isEmpty();
      assertThat(waiting.findProblem().orElseThrow())
          .contains("127.0.0.1:" + port, "in use", "is tried again");
      endpoint.close();
      await().untilAsserted(() -> assertThat(waiting.port()).hasValue(port));
      assertThat(waiting.findProblem()).isEmpty();
    }
  }

  @Test
  void whoWaitsForAnAddressCanBeClosedAndTakesItNoMore() throws IOException {
    HttpEndpoint waiting = start(address(port));
    waiting.close();
    endpoint.close();
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(waiting.port()).isEmpty();
    }
  }

  @Test
  void anUnknownHostIsSaidClearly() {
    try (HttpEndpoint waiting = start(InetSocketAddress.createUnresolved("nowhere.invalid", 1))) {
      assertThat(waiting.findProblem().orElseThrow()).contains("nowhere.invalid");
    }
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private HttpEndpoint start(InetSocketAddress address) {
    return HttpEndpoint.start(
        () -> address, metrics, () -> said(dead), () -> said(busy), Duration.ofMillis(10));
  }

  private static Health said(AtomicReference<String> problem) {
    return Health.unless(Optional.of(problem.get()).filter(text -> !text.isEmpty()));
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
