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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * As much of a Kubernetes API server as Helm and kubectl need: it says which version it is and what
 * it serves, keeps what it is given, and refuses to change what Kubernetes never changes.
 */
final class ServedApis implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is never changed of an object, by its kind. */
  private static final Map<String, List<String>> IMMUTABLE =
      Map.of(
          "DaemonSet", List.of("/spec/selector"),
          "Deployment", List.of("/spec/selector"),
          "StorageClass",
              List.of("/parameters", "/provisioner", "/reclaimPolicy", "/volumeBindingMode"),
          "ClusterRoleBinding", List.of("/roleRef"),
          "RoleBinding", List.of("/roleRef"));

  private final HttpServer server;
  private final Map<String, ObjectNode> pages = new TreeMap<>();
  private final ArrayNode groups;
  private final Map<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
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
    serve(secret()); // Helm's own record
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

  private static ObjectNode secret() {
    ObjectNode secret = object("Secret");
    secret.withObject("/metadata").put("namespace", "kube-system");
    return secret;
  }

  /** From now on it serves what this object is one of. */
  void serve(JsonNode example) {
    String version = example.path("apiVersion").asText();
    String path = versionPath(version);
    if (!pages.containsKey(path)) {
      ObjectNode list = object("APIResourceList").put("groupVersion", version);
      list.putArray("resources");
      pages.put(path, list);
      if (version.contains("/")) {
        ObjectNode group = groups.addObject().put("name", version.split("/", 2)[0]);
        ObjectNode only =
            group
                .putArray("versions")
                .addObject()
                .put("groupVersion", version)
                .put("version", version.split("/", 2)[1]);
        group.set("preferredVersion", only);
      }
    }
    String kind = example.path("kind").asText();
    ArrayNode resources = page(path).withArray("resources");
    if (!resources.findValuesAsText("kind").contains(kind)) {
      resources
          .addObject()
          .put("name", plural(kind))
          .put("singularName", kind.toLowerCase(Locale.ROOT))
          .put("kind", kind)
          .put("namespaced", example.at("/metadata/namespace").isTextual())
          .putArray("verbs");
    }
  }

  private static String versionPath(String version) {
    return (version.contains("/") ? "/apis/" : "/api/") + version;
  }

  private static String plural(String kind) {
    String word = kind.toLowerCase(Locale.ROOT);
    return word.endsWith("s")
        ? word + "es"
        : word.endsWith("y") ? word.substring(0, word.length() - 1) + "ies" : word + "s";
  }

  /** Is there from now on, by nobody's release. */
  void put(JsonNode object) {
    serve(object);
    ObjectNode kept = object.deepCopy();
    kept.withObject("/metadata").put("resourceVersion", "4711");
    objects.put(path(object), kept);
  }

  private static String path(JsonNode object) {
    String namespace = object.at("/metadata/namespace").asText("");
    return versionPath(object.path("apiVersion").asText())
        + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
        + "/"
        + plural(object.path("kind").asText())
        + "/"
        + object.at("/metadata/name").asText();
  }

  /** The one that there is of this kind and name; empty if there is none. */
  Optional<JsonNode> find(String kind, String name) {
    return objects.entrySet().stream()
        .filter(one -> one.getKey().endsWith("/" + plural(kind) + "/" + name))
        .<JsonNode>map(Map.Entry::getValue)
        .findFirst();
  }

  /** All there is, without what Helm keeps for itself. */
  Collection<JsonNode> objects() {
    return objects.values().stream()
        .filter(one -> !one.path("kind").asText().equals("Secret"))
        .<JsonNode>map(one -> one)
        .toList();
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

  /** What was made, in that order. */
  List<JsonNode> installed() {
    return installed;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] given = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      JsonNode answer =
          switch (exchange.getRequestMethod()) {
            case "GET" -> get(path, exchange.getRequestURI().getRawQuery());
            case "POST" -> post(path, object(given));
            case "DELETE" ->
                objects.remove(path) == null
                    ? refusal(404, path + " not found")
                    : object("Status").put("status", "Success");
            default -> change(path, object(given), exchange.getRequestMethod().equals("PATCH"));
          };
      byte[] said = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(
          answer.path("kind").asText().equals("Status") ? answer.path("code").asInt(200) : 200,
          said.length);
      exchange.getResponseBody().write(said);
    }
  }

  private static JsonNode object(byte[] body) throws IOException {
    return SecretMessage.isOne(body) ? SecretMessage.read(body) : JSON.readTree(body);
  }

  private JsonNode get(String path, @Nullable String query) {
    if (pages.containsKey(path)) {
      return page(path);
    }
    if (objects.containsKey(path)) {
      return objects.get(path);
    }
    if (!path.endsWith("/secrets")) {
      return refusal(404, path + " not found");
    }
    ObjectNode list = object("SecretList");
    ArrayNode items = list.putArray("items");
    objects.forEach((at, one) -> {
      if (at.startsWith(path + "/") && isSelected(one, query == null ? "" : query)) {
        items.add(one);
      }
    });
    return list;
  }

  private static boolean isSelected(JsonNode object, String query) {
    for (String part : query.split("&", -1)) {
      if (part.startsWith("labelSelector=")) {
        String selector =
            URLDecoder.decode(part.substring("labelSelector=".length()), StandardCharsets.UTF_8);
        for (String pair : selector.split(",", -1)) {
          String[] sides = pair.split("=", 2);
          if (!object.at("/metadata/labels").path(sides[0]).asText("").equals(sides[1])) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private JsonNode post(String collection, JsonNode body) {
    String path = collection + "/" + body.at("/metadata/name").asText();
    if (body.at("/metadata/resourceVersion").isTextual()) {
      return refusal(422, path + ": resourceVersion should not be set on objects to be created");
    }
    if (objects.putIfAbsent(path, body.deepCopy()) != null) {
      return refusal(409, path + " already exists");
    }
    if (!body.path("kind").asText().equals("Secret")) {
      installed.add(body);
    }
    return body;
  }

  private JsonNode change(String path, JsonNode body, boolean isPatch) {
    ObjectNode old = objects.get(path);
    if (old == null) {
      return refusal(404, path + " not found");
    }
    ObjectNode changed = isPatch ? merged(old, body) : body.deepCopy();
    String kind = old.path("kind").asText();
    for (String field : IMMUTABLE.getOrDefault(kind, List.of())) {
      if (!old.at(field).equals(changed.at(field))) {
        return refusal(422, "%s %s: updates to %s are forbidden".formatted(kind, path, field));
      }
    }
    objects.put(path, changed);
    return changed;
  }

  /** A merge, and of lists whose elements have names as a strategic one does it. */
  private static ObjectNode merged(ObjectNode old, JsonNode patch) {
    ObjectNode result = old.deepCopy();
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      String name = entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        result.remove(name);
      } else if (value.isObject()) {
        ObjectNode before =
            result.get(name) instanceof ObjectNode there ? there : JSON.createObjectNode();
        result.set(name, merged(before, value));
      } else if (!name.startsWith("$")) {
        result.set(name, value.isArray() ? merged(result.path(name), value, name) : value);
      }
    }
    return result;
  }

  private static ArrayNode merged(JsonNode old, JsonNode patch, String list) {
    String key = list.equals("volumeMounts") ? "mountPath" : "name";
    if (!patch.valueStream().allMatch(element -> element.has(key))) {
      return patch.deepCopy();
    }
    List<JsonNode> elements = new ArrayList<>();
    old.forEach(elements::add);
    for (JsonNode change : patch) {
      int at = 0;
      while (at < elements.size() && !elements.get(at).path(key).equals(change.path(key))) {
        at++;
      }
      ObjectNode before =
          at < elements.size() ? (ObjectNode) elements.remove(at) : JSON.createObjectNode();
      if (!change.path("$patch").asText().equals("delete")) {
        elements.add(at, merged(before, change));
      }
    }
    return JSON.createArrayNode().addAll(elements);
  }

  private static ObjectNode refusal(int code, String message) {
    return object("Status")
        .put("status", "Failure")
        .put("reason", code == 404 ? "NotFound" : code == 409 ? "AlreadyExists" : "Invalid")
        .put("message", message)
        .put("code", code);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
