package cn.ucloud.csi.udisk.it;

import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import cn.ucloud.csi.udisk.testing.kube.Wire;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Kubernetes API server of a small cluster, over plain HTTP: it keeps what it is given, and lets
 * the controller do what the chart's roles allow it.
 */
public final class KubeApi implements AutoCloseable {
  private static final String DRIVER = "udisk.csi.ucloud.cn";

  private final Permissions permissions =
      new Permissions(Chart.EVERYTHING, "udisk-csi-driver"); // and the role of its lease
  private final FakeApiServer server =
      new FakeApiServer(request -> !isTheController(request) || isPermitted(request));

  /** Starts with a lease that its last holder has given back. */
  public KubeApi() {
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

  private static boolean isTheController(RecordedRequest request) {
    return ("Bearer " + FakeApiServer.TOKEN).equals(request.getHeader("Authorization"));
  }

  private boolean isPermitted(RecordedRequest request) {
    return permissions.permit(request.getMethod(), request.getPath());
  }

  /** What the controller asked for, and what it may. */
  Permissions permissions() {
    return permissions;
  }

  public KubernetesClient client() {
    return server.client();
  }

  void put(HasMetadata object) {
    server.put(object);
  }

  /** A node that is not ready for pods with volumes yet. */
  public void putNode(String name, String instance, Map<String, String> labels) {
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
  public void register(String node, String nodeId) {
    server.register(node, DRIVER, nodeId);
  }

  /** A claim whose pod was placed on {@code node}. */
  public void putClaim(String namespace, String name, String node) {
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
    var claim = client().persistentVolumeClaims().inNamespace(namespace).withName(name);
    return claim
        .edit(old -> {
          old.getMetadata().getAnnotations().put("volume.kubernetes.io/selected-node", node);
          return old;
        })
        .getMetadata()
        .getUid();
  }

  void putVolume(String name, String disk) {
    server.putVolume(name, disk);
  }

  /** The same for a claim, with a pod of the same name on {@code node} that uses it. */
  public void putVolumeInUse(
      String name, String disk, String namespace, String claim, String node) {
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
    putPod(namespace, claim, node);
  }

  /** A pod on {@code node} that uses the claim of the same name. */
  public void putPod(String namespace, String claim, String node) {
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

  /** Ends all watches that are open: what they could go on from is forgotten. */
  public void expireWatches() {
    server.expireWatches();
  }

  public String uid(String namespace, String claim) {
    return client()
        .persistentVolumeClaims()
        .inNamespace(namespace)
        .withName(claim)
        .get()
        .getMetadata()
        .getUid();
  }

  /** An attachment that the attacher has recorded. */
  public void putAttachment(String name, String node, String volume, Map<String, String> told) {
    VolumeAttachment attachment =
        FakeApiServer.attachment(name, node, volume)
            .withNewStatus()
            .withAttached(true)
            .withAttachmentMetadata(told)
            .endStatus()
            .build();
    var _ = client().resource(attachment).createOr(NonDeletingOperation::update);
  }

  public void deleteAttachment(String name) {
    var _ = client().storage().v1().volumeAttachments().withName(name).delete();
  }

  void deleteNode(String name) {
    var _ = client().nodes().withName(name).delete();
    var _ = client().storage().v1().csiNodes().withName(name).delete();
  }

  List<String> taints(String node) {
    return client().nodes().withName(node).get().getSpec().getTaints().stream()
        .map(taint -> taint.getKey())
        .toList();
  }

  /** The values that the node affinity of a volume asks for; empty if it has none. */
  List<String> affinity(String volume) {
    var affinity = client().persistentVolumes().withName(volume).get().getSpec().getNodeAffinity();
    return affinity == null
        ? List.of()
        : affinity.getRequired().getNodeSelectorTerms().getFirst().getMatchExpressions().stream()
            .flatMap(expression -> expression.getValues().stream())
            .toList();
  }

  Path kubeconfig(Path directory) {
    return kubeconfig(directory, server.port());
  }

  int port() {
    return server.port();
  }

  /** One process's way to the server, which can go dead. */
  Wire wire() {
    return new Wire(server.port());
  }

  static Path kubeconfig(Path directory, int port) {
    try {
      return FakeApiServer.kubeconfig(Files.createDirectories(directory), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
