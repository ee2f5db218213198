package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A region whose API only a proxy reaches, and a cluster that the proxy does not reach. */
class ProxyIT {
  private static final String API = "api.ucloud.invalid";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final KubeApi api = new KubeApi();
  private HttpServer proxy;
  private Sandbox sandbox;

  @BeforeEach
  void start() throws IOException {
    proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.setExecutor(threads);
    proxy.createContext("/", this::forward);
    proxy.start();
    String address = "http://127.0.0.1:" + proxy.getAddress().getPort();
    sandbox =
        new Sandbox(directory, Duration.ofMillis(20), Duration.ZERO)
            .actingIn(api)
            .with("--ucloud-api-endpoint", "http://" + API)
            .withVariable("HTTP_PROXY", address)
            .withVariable("https_proxy", address);
  }

  @AfterEach
  void stop() {
    sandbox.close();
    api.close();
    proxy.stop(0);
    http.close();
    threads.shutdownNow();
  }

  @Test
  void theCloudIsAskedThroughTheProxyAndTheClusterIsNot() {
    sandbox.startController();
    var _ = ControllerCalls.untilCertain(() -> sandbox.calls().create("pvc-proxied"));
    assertThat(sandbox.disksNamed("pvc-proxied")).hasSize(1);
    assertThat(asked).containsOnly(API);
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(String.valueOf(exchange.getRequestURI().getHost()));
      URI region = sandbox.simulator().endpoint();
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(region)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
                  .build(),
              BodyHandlers.ofByteArray());
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
