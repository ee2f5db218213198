package cn.ucloud.csi.udisk.common.metrics;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /metrics}, {@code /healthz} and {@code /readyz} over HTTP.
 *
 * <p>The two health pages answer 200, or 500, with a sentence as their text.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final int BACKLOG = 16;

  /** Of the codes that fail a probe the one whose text {@code kubectl get --raw} shows. */
  private static final int OUT_OF_ORDER = 500;

  private final HttpServer server;
  private final ExecutorService threads;

  private HttpEndpoint(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts to serve.
   *
   * @param address with port 0 for any free one
   * @param alive whether this process should be left alone, or restarted
   * @param inOrder whether it does what it should, if only to stand by
   * @throws CannotStart if the address cannot be listened on
   */
  public static HttpEndpoint start(
      InetSocketAddress address,
      Metrics metrics,
      Supplier<Health> alive,
      Supplier<Health> inOrder) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      HttpServer server = HttpServer.create(address, BACKLOG);
      server.setExecutor(threads);
      server.createContext("/", exchange -> answer(exchange, 404, "not found"));
      server.createContext("/metrics", only("/metrics", new MetricsHandler(metrics.registry())));
      server.createContext("/healthz", only("/healthz", page(alive)));
      server.createContext("/readyz", only("/readyz", page(inOrder)));
      server.start();
      return new HttpEndpoint(server, threads);
    } catch (IOException | RuntimeException e) {
      threads.shutdown();
      throw new CannotStart("cannot serve HTTP on %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  /** The port in use, which is news when 0 was asked for. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops at once; a scrape that is under way is cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static HttpHandler page(Supplier<Health> health) {
    return exchange -> {
      Health found = health.get();
      answer(exchange, found.isFine() ? 200 : OUT_OF_ORDER, found.sentence());
    };
  }

  /** A context of HttpServer also takes every path that begins like its own. */
  private static HttpHandler only(String path, HttpHandler handler) {
    return exchange -> {
      if (exchange.getRequestURI().getPath().equals(path)) {
        handler.handle(exchange);
      } else {
        answer(exchange, 404, "not found");
      }
    };
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    try (exchange) {
      byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(code, -1);
      } else {
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }
}
