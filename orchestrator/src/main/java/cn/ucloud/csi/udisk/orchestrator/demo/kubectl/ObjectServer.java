package cn.ucloud.csi.udisk.orchestrator.demo.kubectl;

import cn.ucloud.csi.udisk.orchestrator.object.Kubeconfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A Kubernetes API that is only read: lists, with one label at most, and objects by name. */
public final class ObjectServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Kinds that a list may be asked of, also where there are none. */
  private static final List<String> KINDS =
      List.of(
          "nodes",
          "pods",
          "events",
          "persistentvolumes",
          "persistentvolumeclaims",
          "volumeattachments",
          "csinodes",
          "storageclasses",
          "leases",
          "daemonsets",
          "statefulsets",
          "volumesnapshotcontents");

  /**
   * An object.
   *
   * @param list where it is listed in its namespace, if it is in one
   */
  record Item(String list, JsonNode object) {
    private boolean isListedIn(String path) {
      return list.equals(path) || list.replaceFirst("/namespaces/[^/]+", "").equals(path);
    }

    private boolean isAt(String path) {
      return path.equals(list + "/" + object.at("/metadata/name").asText());
    }

    private boolean hasLabel(String selector) {
      String[] label = selector.split("=", 2);
      return label.length == 2
          && object.path("metadata").path("labels").path(label[0]).asText().equals(label[1]);
    }
  }

  private final HttpServer server;
  private final Supplier<List<Item>> items;

  private ObjectServer(HttpServer server, Supplier<List<Item>> items) {
    this.server = server;
    this.items = items;
  }

  /** Serves what there is at the moment of each request. */
  static ObjectServer of(Supplier<List<Item>> items) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ObjectServer own = new ObjectServer(server, items);
      server.createContext("/", own::answer);
      server.start();
      return own;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen", e);
    }
  }

  /** Writes where it is. */
  public Path kubeconfig(Path directory) {
    try {
      return Kubeconfig.write(directory, server.getAddress().getPort());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write below " + directory, e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<ObjectNode> found =
          find(
              exchange.getRequestURI().getPath(),
              Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""));
      byte[] body = JSON.writeValueAsBytes(found.orElseGet(ObjectServer::notFound));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(found.isPresent() ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Optional<ObjectNode> find(String path, String query) {
    if (KINDS.contains(path.substring(path.lastIndexOf('/') + 1))) {
      ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
      list.putObject("metadata").put("resourceVersion", "1");
      var listed = list.putArray("items");
      items.get().stream()
          .filter(item -> item.isListedIn(path))
          .filter(wanted(query))
          .map(Item::object)
          .forEach(listed::add);
      return Optional.of(list);
    }
    return items.get().stream()
        .filter(item -> item.isAt(path))
        .map(item -> (ObjectNode) item.object())
        .findFirst();
  }

  private static Predicate<Item> wanted(String query) {
    String selector = "labelSelector=";
    int at = query.indexOf(selector);
    if (at < 0) {
      return _ -> true;
    }
    String label = query.substring(at + selector.length()).replaceFirst("&.*", "");
    return item -> item.hasLabel(label);
  }

  private static ObjectNode notFound() {
    return JSON.createObjectNode()
        .put("apiVersion", "v1")
        .put("kind", "Status")
        .put("status", "Failure")
        .put("reason", "NotFound")
        .put("code", 404);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
