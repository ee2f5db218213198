package cn.ucloud.csi.udisk.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * As much of a Kubernetes API server as an election needs: one Lease, written only by who has read
 * its latest version. Each process gets a door of its own, behind which the server can fall silent.
 */
final class LeaseApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Door> doors = new ArrayList<>();
  private Optional<ObjectNode> lease = Optional.empty();
  private int version;

  /** Starts with a lease that its last holder has given back. */
  static LeaseApi withFreeLease() {
    LeaseApi api = new LeaseApi();
    ObjectNode free = JSON.createObjectNode();
    free.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    free.putObject("metadata")
        .put("namespace", "kube-system")
        .put("name", "udisk-csi-ucloud-cn-controller");
    free.putObject("spec").put("holderIdentity", "").put("leaseDurationSeconds", 1);
    api.store(free);
    return api;
  }

  Door door(Path directory) {
    Door door = new Door(directory);
    doors.add(door);
    return door;
  }

  /** One process's way to the server. */
  final class Door {
    private final HttpServer server;
    private final Path kubeconfig;
    private volatile CountDownLatch answering = new CountDownLatch(0);

    private Door(Path directory) {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        kubeconfig = Files.createDirectories(directory).resolve("kubeconfig");
        Files.writeString(
            kubeconfig,
            """
            apiVersion: v1
            kind: Config
            current-context: it
            clusters: [{name: it, cluster: {server: "http://127.0.0.1:%d"}}]
            users: [{name: it, user: {token: it}}]
            contexts: [{name: it, context: {cluster: it, user: it, namespace: kube-system}}]
            """
                .formatted(server.getAddress().getPort()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Path kubeconfig() {
      return kubeconfig;
    }

    /** From now on requests are taken and not answered. */
    void fallSilent() {
      answering = new CountDownLatch(1);
    }

    private void handle(HttpExchange exchange) throws IOException {
      try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        answering.await();
        Answer answer =
            exchange.getRequestURI().getPath().startsWith(LEASES)
                ? answer(exchange.getRequestMethod(), body)
                : failure(404);
        byte[] json = JSON.writeValueAsBytes(answer.body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.code, json.length);
        exchange.getResponseBody().write(json);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record Answer(int code, ObjectNode body) {}

  private synchronized Answer answer(String method, byte[] body) throws IOException {
    return switch (method) {
      case "GET" -> lease.map(found -> new Answer(200, found)).orElseGet(() -> failure(404));
      case "POST" -> lease.isPresent() ? failure(409) : new Answer(201, store(read(body)));
      case "PUT" -> {
        ObjectNode put = read(body);
        JsonNode theirs = put.path("metadata").path("resourceVersion");
        yield theirs.asText().equals(Integer.toString(version))
            ? new Answer(200, store(put))
            : failure(409);
      }
      default -> failure(405);
    };
  }

  private static ObjectNode read(byte[] body) throws IOException {
    return (ObjectNode) JSON.readTree(body);
  }

  private ObjectNode store(ObjectNode put) {
    version++;
    put.withObject("/metadata").put("resourceVersion", Integer.toString(version));
    lease = Optional.of(put);
    return put;
  }

  private static Answer failure(int code) {
    return new Answer(
        code,
        JSON.createObjectNode()
            .put("apiVersion", "v1")
            .put("kind", "Status")
            .put("status", "Failure")
            .put("code", code));
  }

  @Override
  public void close() {
    doors.forEach(door -> door.server.stop(0));
    threads.shutdownNow();
  }
}
