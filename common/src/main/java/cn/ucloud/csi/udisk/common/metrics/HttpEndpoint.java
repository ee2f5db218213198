package cn.ucloud.csi.udisk.common.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics}, {@code /healthz} and {@code /readyz} over HTTP.
 *
 * <p>The two health pages answer 200, or 500, with a sentence as their text.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final int BACKLOG = 16;

  /** Of the codes that fail a probe the one whose text {@code kubectl get --raw} shows. */
  private static final int OUT_OF_ORDER = 500;

  private static final Duration PAUSE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);

  private final Supplier<InetSocketAddress> address;
  private final Map<String, HttpHandler> pages;
  private final Duration pause;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private Optional<HttpServer> server = Optional.empty();
  private volatile Optional<String> problem = Optional.empty();

  HttpEndpoint(
      Supplier<InetSocketAddress> address, Map<String, HttpHandler> pages, Duration pause) {
    this.address = address;
    this.pages = pages;
    this.pause = pause;
  }

  /**
   * Starts to serve; where that cannot be, because another process has the port, as soon as it can:
   * nobody's work depends on these pages. That is logged once, and {@link #findProblem} says it.
   *
   * @param address with port 0 for any free one; asked for anew for every try
   * @param alive whether this process should be left alone, or restarted
   * @param inOrder whether it does what it should, if only to stand by
   */
  public static HttpEndpoint start(
      Supplier<InetSocketAddress> address,
      Metrics metrics,
      Supplier<Health> alive,
      Supplier<Health> inOrder) {
    return start(address, metrics, alive, inOrder, PAUSE);
  }

  static HttpEndpoint start(
      Supplier<InetSocketAddress> address,
      Metrics metrics,
      Supplier<Health> alive,
      Supplier<Health> inOrder,
      Duration pause) {
    Map<String, HttpHandler> pages =
        Map.of(
            "/metrics", new MetricsHandler(metrics.registry()),
            "/healthz", page(alive),
            "/readyz", page(inOrder));
    HttpEndpoint endpoint = new HttpEndpoint(address, pages, pause);
    if (!endpoint.serves()) {
      endpoint.threads.execute(endpoint::tryUntilItServes);
    }
    return endpoint;
  }

  /** Why nothing is served; empty while it is. */
  public Optional<String> findProblem() {
    return problem;
  }

  /** The port in use, which is news when 0 was asked for; empty while none is. */
  public synchronized OptionalInt port() {
    return server.stream().mapToInt(s -> s.getAddress().getPort()).findFirst();
  }

  private void tryUntilItServes() {
    try {
      do {
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } while (!serves());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean serves() {
    if (closing.getCount() == 0) {
      return true;
    }
    InetSocketAddress wanted = address.get();
    try {
      HttpServer started = HttpServer.create(wanted, BACKLOG);
      started.setExecutor(threads);
      started.createContext("/", exchange -> answer(exchange, 404, "not found"));
      pages.forEach((path, page) -> started.createContext(path, only(path, page)));
      started.start();
      server = Optional.of(started);
      problem.ifPresent(_ -> LOG.info("serving HTTP on {} at last", wanted));
      problem = Optional.empty();
      return true;
    } catch (IOException | RuntimeException e) {
      String sentence =
          "cannot serve HTTP on %s: %s; calls are served all the same, and it is tried again every %d s"
              .formatted(wanted, e.getMessage(), pause.toSeconds());
      if (problem.isEmpty()) {
        LOG.warn(sentence);
      }
      problem = Optional.of(sentence);
      return false;
    }
  }

  /** Stops at once; a scrape that is under way is cut off. */
  @Override
  public void close() {
    closing.countDown();
    synchronized (this) {
      server.ifPresent(s -> s.stop(0));
    }
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
