package cn.ucloud.csi.udisk.it;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Kubernetes API server of a small cluster, over plain HTTP: it keeps what it is given, and lets
 * the controller do what the chart's roles allow it.
 */
final class KubeApi implements AutoCloseable {
  private static final String DRIVER = "udisk.csi.ucloud.cn";

  private static final String TOKEN = "it";

  private final Permissions permissions =
      new Permissions(Chart.EVERYTHING, "udisk-csi-driver"); // and the role of its lease
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              boolean isTheController =
                  ("Bearer " + TOKEN).equals(request.getHeader("Authorization"));
              return isTheController && !permissions.permit(request.getMethod(), request.getPath())
                  ? new MockResponse().setResponseCode(403)
                  : super.dispatch(request);
            }
          },
          false);
  private final KubernetesClient client;

  /** Starts with a lease that its last holder has given back. */
  KubeApi() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    put(
        new LeaseBuilder()
            .withNewMetadata()
            .withNamespace("kube-system")
            .withName("udisk-csi-ucloud-cn-controller")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("")
            .withLeaseDurationSeconds(1)
            .endSpec()
            .build());
  }

  /** What the controller asked for, and what it may. */
  Permissions permissions() {
    return permissions;
  }

  KubernetesClient client() {
    return client;
  }

  void put(HasMetadata object) {
    var _ = client.resource(object).create();
  }

  /** A node that is not ready for pods with volumes yet. */
  void putNode(String name, String instance, Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(labels);
    all.put("UhostID", instance);
    put(
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(all)
            .endMetadata()
            .withNewSpec()
            .addNewTaint()
            .withKey(DRIVER + "/agent-not-ready")
            .withEffect("NoSchedule")
            .endTaint()
            .endSpec()
            .withNewStatus()
            .addNewAddress(name, "InternalIP")
            .endStatus()
            .build());
  }

  /** The driver registers on a node. */
  void register(String node, String nodeId) {
    put(
        new CSINodeBuilder()
            .withNewMetadata()
            .withName(node)
            .endMetadata()
            .withNewSpec()
            .addNewDriver()
            .withName(DRIVER)
            .withNodeID(nodeId)
            .endDriver()
            .endSpec()
            .build());
  }

  /** A claim whose pod was placed on {@code node}. */
  void putClaim(String namespace, String name, String node) {
    put(
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withAnnotations(Map.of("volume.kubernetes.io/selected-node", node))
            .endMetadata()
            .build());
  }

  /** The scheduler places the pod of a claim on {@code node}; gives the claim's UID. */
  String selectNode(String namespace, String name, String node) {
    var claim = client.persistentVolumeClaims().inNamespace(namespace).withName(name);
    return claim
        .edit(old -> {
          old.getMetadata().getAnnotations().put("volume.kubernetes.io/selected-node", node);
          return old;
        })
        .getMetadata()
        .getUid();
  }

  void putVolume(String name, String disk) {
    put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver(DRIVER)
            .withVolumeHandle(disk)
            .endCsi()
            .endSpec()
            .build());
  }

  /** The same for a claim, with a pod of the same name on {@code node} that uses it. */
  void putVolumeInUse(String name, String disk, String namespace, String claim, String node) {
    put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver(DRIVER)
            .withVolumeHandle(disk)
            .endCsi()
            .withNewClaimRef()
            .withNamespace(namespace)
            .withName(claim)
            .withUid(uid(namespace, claim))
            .endClaimRef()
            .endSpec()
            .build());
    put(
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(claim)
            .endMetadata()
            .withNewSpec()
            .withNodeName(node)
            .addNewVolume()
            .withName("data")
            .withNewPersistentVolumeClaim(claim, false)
            .endVolume()
            .endSpec()
            .build());
  }

  private String uid(String namespace, String claim) {
    return client
        .persistentVolumeClaims()
        .inNamespace(namespace)
        .withName(claim)
        .get()
        .getMetadata()
        .getUid();
  }

  /** An attachment that the attacher has recorded. */
  void putAttachment(String name, String node, String volume, Map<String, String> told) {
    put(
        new VolumeAttachmentBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withAttacher(DRIVER)
            .withNodeName(node)
            .withNewSource()
            .withPersistentVolumeName(volume)
            .endSource()
            .endSpec()
            .withNewStatus()
            .withAttached(true)
            .withAttachmentMetadata(told)
            .endStatus()
            .build());
  }

  void deleteAttachment(String name) {
    var _ = client.storage().v1().volumeAttachments().withName(name).delete();
  }

  void deleteNode(String name) {
    var _ = client.nodes().withName(name).delete();
    var _ = client.storage().v1().csiNodes().withName(name).delete();
  }

  List<String> taints(String node) {
    return client.nodes().withName(node).get().getSpec().getTaints().stream()
        .map(taint -> taint.getKey())
        .toList();
  }

  /** The values that the node affinity of a volume asks for; empty if it has none. */
  List<String> affinity(String volume) {
    var affinity = client.persistentVolumes().withName(volume).get().getSpec().getNodeAffinity();
    return affinity == null
        ? List.of()
        : affinity.getRequired().getNodeSelectorTerms().getFirst().getMatchExpressions().stream()
            .flatMap(expression -> expression.getValues().stream())
            .toList();
  }

  Path kubeconfig(Path directory) {
    try {
      return Files.writeString(
          Files.createDirectories(directory).resolve("kubeconfig"),
          """
          apiVersion: v1
          kind: Config
          current-context: it
          clusters: [{name: it, cluster: {server: "http://127.0.0.1:%d"}}]
          users: [{name: it, user: {token: %s}}]
          contexts: [{name: it, context: {cluster: it, user: it, namespace: kube-system}}]
          """
              .formatted(server.getPort(), TOKEN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
