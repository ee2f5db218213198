package cn.ucloud.csi.udisk.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * As much of a Kubernetes API server as {@code helm install} needs: it says which version it is and
 * what it serves, and takes what it is given.
 */
final class ServedApis implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final ObjectNode NOTHING =
      object("Status").put("status", "Failure").put("reason", "NotFound").put("code", 404);

  private final HttpServer server;
  private final Map<String, ObjectNode> pages = new TreeMap<>();
  private final ArrayNode groups;
  private final List<JsonNode> installed = new CopyOnWriteArrayList<>();

  ServedApis(String version) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pages.put("/version", JSON.createObjectNode().put("gitVersion", "v" + version));
    pages.put("/api", object("APIVersions").set("versions", JSON.createArrayNode().add("v1")));
    pages.put("/apis", object("APIGroupList"));
    groups = page("/apis").putArray("groups");
    server.createContext("/", this::answer);
    server.start();
  }

  private ObjectNode page(String path) {
    ObjectNode page = pages.get(path);
    if (page == null) {
      throw new AssertionError("no page " + path);
    }
    return page;
  }

  private static ObjectNode object(String kind) {
    return JSON.createObjectNode().put("apiVersion", "v1").put("kind", kind);
  }

  /** From now on it serves what this object is one of. */
  void serve(JsonNode example) {
    String version = example.path("apiVersion").asText();
    String path = (version.contains("/") ? "/apis/" : "/api/") + version;
    if (!pages.containsKey(path)) {
      ObjectNode list = object("APIResourceList").put("groupVersion", version);
      list.putArray("resources");
      pages.put(path, list);
      if (version.contains("/")) {
        ObjectNode group = groups.addObject().put("name", version.split("/", 2)[0]);
        group
            .putArray("versions")
            .addObject()
            .put("groupVersion", version)
            .put("version", version.split("/", 2)[1]);
      }
    }
    String kind = example.path("kind").asText();
    page(path)
        .withArray("resources")
        .addObject()
        .put("name", kind.toLowerCase(Locale.ROOT) + "s")
        .put("kind", kind)
        .put("namespaced", example.at("/metadata/namespace").isTextual())
        .putArray("verbs");
  }

  String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    current-context: it
    clusters: [{name: it, cluster: {server: "http://127.0.0.1:%d"}}]
    users: [{name: it, user: {token: it}}]
    contexts: [{name: it, context: {cluster: it, user: it, namespace: kube-system}}]
    """
        .formatted(server.getAddress().getPort());
  }

  /** What was installed. */
  List<JsonNode> installed() {
    return installed;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] given = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      String method = exchange.getRequestMethod();
      if (path.contains("/secrets")) { // Helm's own record
        send(exchange, object(method.equals("GET") ? "SecretList" : "Secret"));
      } else if (method.equals("POST")) {
        JsonNode object = JSON.readTree(given);
        installed.add(object);
        send(exchange, object);
      } else {
        send(exchange, pages.getOrDefault(path, NOTHING));
      }
    }
  }

  private static void send(HttpExchange exchange, JsonNode answer) throws IOException {
    byte[] body = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.equals(NOTHING) ? 404 : 200, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
