package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.orchestrator.object.Kubeconfig;
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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API server of a large cluster whose objects are of real size: it gives lists in parts where it
 * is asked to, keeps one Lease, and can end all watches as an API server does whose history is too
 * short.
 */
final class LargeCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/";
  private static final String DRIVER_LEASES = LEASES + "kube-system/leases";
  private static final String NODE_LEASES = LEASES + "kube-node-lease/leases";

  /** Kinds of which there are none here. */
  private static final List<String> EMPTY =
      List.of(
          "/events",
          "/storageclasses",
          "/daemonsets",
          "/deployments",
          "/statefulsets",
          "/pods",
          "/csidrivers",
          "/configmaps",
          "/secrets",
          "/volumesnapshotcontents");

  private static final String GONE =
      """
      {"type":"ERROR","object":{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure",\
      "reason":"Expired","message":"too old resource version","code":410}}
      """;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private static final Pattern OF_NAMESPACE =
      Pattern.compile("/api/v1/namespaces/shop-(\\d+)/(pods|persistentvolumeclaims)");

  private static final String NONE =
      """
      {"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"1000"},"items":[]}\
      """;

  private final Map<String, LargeObjects> lists = new HashMap<>();

  /** Paths of single objects that can be asked for. */
  private final Map<String, Supplier<String>> objects = new HashMap<>();

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

  /** One with all that an administrator asks about: claims, pods, leases of the nodes. */
  static LargeCluster withPods(int nodes, int volumes) {
    LargeCluster cluster = new LargeCluster(nodes, volumes);
    Map<String, LargeObjects> lists = cluster.lists;
    lists.put("/api/v1/persistentvolumeclaims", LargeObjects.claims(volumes));
    lists.put("/api/v1/pods", LargeObjects.pods(volumes, nodes));
    lists.put(NODE_LEASES, LargeObjects.nodeLeases(nodes));
    for (int i = 0; i < volumes; i++) {
      int volume = i;
      cluster.objects.put(
          "/api/v1/persistentvolumes/" + LargeObjects.volume(i),
          () -> LargeObjects.volumes(volumes).one(volume));
    }
    for (int i = 0; i < nodes; i++) {
      int node = i;
      String name = LargeObjects.nodeName(i);
      cluster.objects.put("/api/v1/nodes/" + name, () -> LargeObjects.nodes(nodes).one(node));
      cluster.objects.put(NODE_LEASES + "/" + name, () -> LargeObjects.nodeLeases(nodes).one(node));
    }
    return cluster;
  }

  Path kubeconfig(Path directory) throws IOException {
    return Kubeconfig.write(directory, server.getAddress().getPort());
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
      Supplier<String> object = objects.get(uri.getPath());
      Matcher ofNamespace = OF_NAMESPACE.matcher(uri.getPath());
      if (object != null) {
        send(exchange, 200, object.get());
      } else if (ofNamespace.matches()) {
        LargeObjects all =
            Optional.ofNullable(lists.get("/api/v1/" + ofNamespace.group(2))).orElseThrow();
        send(exchange, 200, all.ofNamespace(Integer.parseInt(ofNamespace.group(1))));
      } else if (uri.getPath().startsWith(DRIVER_LEASES)) {
        send(exchange, 200, lease(exchange.getRequestMethod(), body));
      } else if (query.containsKey("labelSelector") // which nothing here has
          || (list == null && EMPTY.stream().anyMatch(uri.getPath()::endsWith))) {
        send(exchange, 200, NONE);
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
