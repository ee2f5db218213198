package cn.ucloud.csi.udisk.orchestrator.aot;

import cn.ucloud.csi.udisk.orchestrator.object.Kubeconfig;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * As much of a Kubernetes API as one candidate for one Lease needs. The lease is there, given back:
 * it wins at once, while one that never was would first have to be absent for its whole duration.
 */
final class FakeLeaseServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Path kubeconfig;
  private ObjectNode lease = givenBack();
  private int version;

  private FakeLeaseServer(HttpServer server, Path kubeconfig) {
    this.server = server;
    this.kubeconfig = kubeconfig;
  }

  static FakeLeaseServer open(Path directory) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Path kubeconfig = Kubeconfig.write(directory, server.getAddress().getPort());
    FakeLeaseServer book = new FakeLeaseServer(server, kubeconfig);
    server.createContext("/", book::answer);
    server.start();
    return book;
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] request = exchange.getRequestBody().readAllBytes();
      boolean write = !exchange.getRequestMethod().equals("GET");
      boolean asked = exchange.getRequestURI().getPath().contains("/leases");
      if (asked && write) {
        ObjectNode written = (ObjectNode) JSON.readTree(request);
        version++;
        written.withObject("/metadata").put("resourceVersion", Integer.toString(version));
        lease = written;
      }
      byte[] body = JSON.writeValueAsBytes(asked ? lease : notFound());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(asked ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static ObjectNode givenBack() {
    ObjectNode lease =
        JSON.createObjectNode().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.withObject("/metadata").put("resourceVersion", "0");
    lease.withObject("/spec").put("holderIdentity", "");
    return lease;
  }

  private static ObjectNode notFound() {
    return JSON.createObjectNode()
        .put("apiVersion", "v1")
        .put("kind", "Status")
        .put("status", "Failure")
        .put("code", 404);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
