package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A mock API server that keeps what it is given, over plain HTTP. */
final class ApiServer implements AutoCloseable {
  private final KubernetesMockServer server;
  private final KubernetesClient client;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Map<String, String> given = new ConcurrentHashMap<>();

  ApiServer() {
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher() {
              @Override
              public MockResponse dispatch(RecordedRequest request) {
                asked.add(request.getMethod() + " " + request.getPath());
                String path = request.getPath().split("\\?", 2)[0];
                boolean isRead = request.getMethod().equals("GET");
                if (refused.contains(path)) {
                  return new MockResponse().setResponseCode(503);
                }
                return isRead && given.containsKey(path) && !request.getPath().contains("watch=")
                    ? new MockResponse().setResponseCode(200).setBody(given.get(path))
                    : super.dispatch(request);
              }
            },
            false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
  }

  /** For a test to see and change what is there. */
  KubernetesClient client() {
    return client;
  }

  /** All requests until now, also the test's own: the method and the path. */
  List<String> asked() {
    return asked;
  }

  /** Requests of this path are refused until it is served again. */
  void refuse(String path) {
    refused.add(path);
  }

  void serve(String path) {
    refused.remove(path);
  }

  /** From now on a GET of this path is answered with this very text. */
  void answer(String path, String json) {
    given.put(path, json);
  }

  void put(HasMetadata object) {
    var _ = client.resource(object).create();
  }

  /** Puts an object as it is, of which an API server would keep nulls; with ' for ". */
  void putJson(String path, String json) {
    String group = path.substring(0, path.lastIndexOf('/')).replaceFirst("/apis?/", "");
    String whole = json.replaceFirst("\\{", "{'apiVersion': '" + group + "', ");
    var _ = client.raw(path, "POST", whole.replace('\'', '"'));
  }

  /** Registers a driver, under its id of the node, as kubelet does. */
  void register(String node, String driver, String id) {
    put(
        new CSINodeBuilder()
            .withNewMetadata()
            .withName(node)
            .endMetadata()
            .withNewSpec()
            .addNewDriver()
            .withName(driver)
            .withNodeID(id)
            .endDriver()
            .endSpec()
            .build());
  }

  void putNode(String name, String instance, String... taints) {
    put(
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(Map.of("UhostID", instance))
            .endMetadata()
            .withNewSpec()
            .withTaints(
                Stream.of(taints).map(key -> new Taint("NoSchedule", key, null, null)).toList())
            .endSpec()
            .build());
  }

  /** A volume of this driver. */
  void putVolume(String name, String disk) {
    put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver(IdentityService.DRIVER_NAME)
            .withVolumeHandle(disk)
            .endCsi()
            .endSpec()
            .build());
  }

  /** An attachment by this driver, for a test to add to and to put. */
  static VolumeAttachmentBuilder attachment(String name, String node, String volume) {
    return new VolumeAttachmentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withAttacher(IdentityService.DRIVER_NAME)
        .withNodeName(node)
        .withNewSource()
        .withPersistentVolumeName(volume)
        .endSource()
        .endSpec();
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
