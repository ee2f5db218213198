package cn.ucloud.csi.udisk.it.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An API server of a large cluster whose objects are of real size: it gives lists in parts where it
 * is asked to, keeps one Lease, and can end all watches as an API server does whose history is too
 * short.
 */
final class LargeCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String GONE =
      """
      {"type":"ERROR","object":{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure",\
      "reason":"Expired","message":"too old resource version","code":410}}
      """;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, LargeObjects> lists = new HashMap<>();
  private final Set<String> listedAgain = ConcurrentHashMap.newKeySet();
  private final AtomicReference<CountDownLatch> expiry =
      new AtomicReference<>(new CountDownLatch(1));
  private ObjectNode lease = JSON.createObjectNode();
  private int version = 1;

  LargeCluster(int nodes, int volumes) {
    lists.put("/api/v1/nodes", LargeObjects.nodes(nodes));
    lists.put("/apis/storage.k8s.io/v1/csinodes", LargeObjects.csiNodes(nodes));
    lists.put("/api/v1/persistentvolumes", LargeObjects.volumes(volumes));
    lists.put(
        "/apis/storage.k8s.io/v1/volumeattachments", LargeObjects.attachments(volumes, nodes));
    lists.put("/api/v1/persistentvolumeclaims", LargeObjects.none("v1", "PersistentVolumeClaim"));
    lease.putObject("metadata").put("namespace", "kube-system").put("resourceVersion", "1");
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("spec").put("holderIdentity", "").put("leaseDurationSeconds", 1);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  Path kubeconfig(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: large
        clusters: [{name: large, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: large, user: {token: large}}]
        contexts: [{name: large, context: {cluster: large, user: large}}]
        """
            .formatted(server.getAddress().getPort()));
  }

  /** Whether each of the four kinds that are watched was listed to its end since the expiry. */
  boolean wasListedAgain() {
    return lists.keySet().stream()
        .filter(path -> !path.endsWith("claims"))
        .allMatch(listedAgain::contains);
  }

  /** Ends all watches that are open: what they could go on from is forgotten. */
  void expireWatches() {
    listedAgain.clear();
    expiry.getAndSet(new CountDownLatch(1)).countDown();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      URI uri = exchange.getRequestURI();
      Map<String, String> query = query(uri);
      LargeObjects list = lists.get(uri.getPath());
      if (uri.getPath().contains("/leases")) {
        send(exchange, 200, lease(exchange.getRequestMethod(), body));
      } else if (list == null) {
        send(exchange, 404, "{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"code\":404}");
      } else if (query.containsKey("watch")) {
        watch(exchange);
      } else {
        int from = Integer.parseInt(query.getOrDefault("continue", "0"));
        int most = Integer.parseInt(query.getOrDefault("limit", "1000000"));
        send(exchange, 200, list.page(from, most));
        if (from + most >= list.count()) {
          listedAgain.add(uri.getPath());
        }
      }
    }
  }

  /** Without web sockets, as behind some proxies: an answer that does not end. */
  private void watch(HttpExchange exchange) throws IOException {
    if (exchange.getRequestHeaders().containsKey("Upgrade")) {
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().flush();
    try {
      expiry.get().await();
      exchange.getResponseBody().write(GONE.getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized String lease(String method, byte[] body) throws IOException {
    if (!method.equals("GET")) {
      version++;
      lease = (ObjectNode) JSON.readTree(body);
      lease.withObject("/metadata").put("resourceVersion", Integer.toString(version));
    }
    return JSON.writeValueAsString(lease);
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new HashMap<>();
    if (uri.getQuery() != null) {
      Arrays.stream(uri.getQuery().split("&", -1))
          .map(each -> each.split("=", 2))
          .filter(each -> each.length == 2 && !each[1].isEmpty())
          .forEach(each -> query.put(each[0], each[1]));
    }
    return query;
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
