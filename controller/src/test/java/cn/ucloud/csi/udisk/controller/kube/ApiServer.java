package cn.ucloud.csi.udisk.controller.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;

/** A mock API server that keeps what it is given, over plain HTTP. */
final class ApiServer implements AutoCloseable {
  private final KubernetesMockServer server;
  private final KubernetesClient client;

  ApiServer() {
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
  }

  /** For a test to see and change what is there. */
  KubernetesClient client() {
    return client;
  }

  int port() {
    return server.getPort();
  }

  /** A kubeconfig for the server at a port of this machine. */
  static Path kubeconfig(Path directory, int port) throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig-" + port),
        """
        apiVersion: v1
        kind: Config
        current-context: mock
        clusters:
        - name: mock
          cluster: {server: "http://127.0.0.1:%d"}
        users:
        - name: mock
          user: {token: mock}
        contexts:
        - name: mock
          context: {cluster: mock, user: mock, namespace: default}
        """
            .formatted(port));
  }

  @Override
  public void close() {
    client.close();
    try {
      server.destroy();
    } catch (IllegalStateException e) {
      // It gives its own threads ten seconds, too few on a loaded machine; the JVM ends them.
      System.out.println("a mock API server did not end in time: " + e.getMessage());
    }
  }
}
