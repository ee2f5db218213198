package cn.ucloud.csi.udisk.controller.recovery;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesNodeMarks;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A cluster of some nodes, each with a volume, and the cloud that their hosts are in. */
final class FewNodes implements AutoCloseable {
  static final String TAINT = "node.kubernetes.io/out-of-service";

  final FakeApiServer api = new FakeApiServer();
  final FakeDiskApi cloud = new FakeDiskApi(new VirtualTime());
  final List<VolumeEvent> told = new ArrayList<>();
  final Map<String, String> hostOf = new LinkedHashMap<>();

  private final VirtualTime time = new VirtualTime();
  private final long begun = time.now();
  private final Set<String> silent = new TreeSet<>();
  private final Informer<NodeRecord> nodes = NodeRecord.watch(api.client());
  private final Informer<AttachmentRecord> attachments = AttachmentRecord.watch(api.client());
  final KubernetesNodeMarks marks = new KubernetesNodeMarks(api.client(), nodes, attachments);
  private StoppedHosts recovery = restarted();

  /** Nodes n1, n2 and so on, on hosts uhost-1, uhost-2; all of them run. */
  FewNodes(int count) {
    for (int i = 1; i <= count; i++) {
      put("n" + i, "uhost-" + i, "10.9.1." + i);
    }
    CompletableFuture.allOf(nodes.start(), attachments.start()).join();
  }

  private void put(String name, String host, String address) {
    api.putJson(
        "/api/v1/nodes",
        ("{'kind': 'Node', 'metadata': {'name': '%s', 'labels': {'UhostID': '%s'}},"
                + " 'spec': {'providerID': 'UCloud://cn-bj2-02//uk8s-x-n-1'},"
                + " 'status': {'addresses': [{'type': 'InternalIP', 'address': '%s'}],"
                + " 'conditions': [{'type': 'Ready', 'status': 'True'}]}}")
            .formatted(name, host, address));
    api.register(name, "udisk.csi.ucloud.cn", host);
    api.put(FakeApiServer.attachment("va-" + name, name, "pv-" + name).build());
    hostOf.put(name, host);
    show(name, "Running");
    api.put(lease(name));
  }

  /** A new process; nothing but cluster and cloud is left of the one before it. */
  StoppedHosts restarted() {
    return restarted(Permission.always());
  }

  StoppedHosts restarted(Permission permission) {
    return restarted(permission, FakeForceDetachPolicy.listingTo(told));
  }

  StoppedHosts restarted(Permission permission, EventRecorder events) {
    recovery = new StoppedHosts(cloud, marks, events, permission, time, clock());
    return recovery;
  }

  InstantSource clock() {
    return () -> Instant.parse("2026-12-01T00:00:00Z").plusNanos(time.now() - begun);
  }

  StoppedHosts.Report report() {
    return recovery.report();
  }

  /** The cloud shows the host of a node so from now on. */
  void show(String node, String state) {
    String host = requireNonNull(hostOf.get(node));
    cloud.put(
        new Host(
            host,
            FakeDiskApi.ZONE,
            Optional.empty(),
            List.of("10.9.1." + node.substring(1)),
            List.of(),
            Optional.of(state)));
  }

  void vanish(String node) {
    cloud.removeHost(hostOf.get(node));
  }

  /** Its kubelet says nothing from now on. */
  void silence(String... names) {
    silent.addAll(List.of(names));
  }

  /** Its kubelet speaks again. */
  void speak(String node) {
    silent.remove(node);
  }

  /** The host of a node loses its power, which the cloud knows. */
  void powerOff(String node) {
    silence(node);
    show(node, "Stopped");
  }

  void powerOn(String node) {
    speak(node);
    show(node, "Running");
  }

  /** So many rounds, ten seconds apart, with the heartbeats of all kubelets that live. */
  void pass(int rounds) {
    for (int i = 0; i < rounds; i++) {
      time.pass(StoppedHosts.INTERVAL);
      hostOf.keySet().stream().filter(node -> !silent.contains(node)).forEach(this::beat);
      recovery.round();
      awaitWatched();
    }
  }

  /** Until a process knows who is silent, and has looked twice. */
  void passUntilDecided() {
    pass(6);
  }

  private void beat(String node) {
    var _ = api.client().resource(lease(node)).update();
  }

  private Lease lease(String node) {
    ZonedDateTime now = clock().instant().atZone(ZoneOffset.UTC);
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace("kube-node-lease")
        .withName(node)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(node)
        .withRenewTime(now)
        .endSpec()
        .build();
  }

  void edit(String node, UnaryOperator<Node> change) {
    var _ = api.client().nodes().withName(node).edit(change);
    awaitWatched();
  }

  void label(String node, Map<String, String> labels) {
    edit(
        node,
        old -> {
          old.getMetadata().setLabels(labels);
          return old;
        });
  }

  void setReady(String node, String status) {
    edit(
        node,
        old -> {
          old.getStatus().getConditions().getFirst().setStatus(status);
          return old;
        });
  }

  /** Time in which no process looks. */
  void skip(Duration duration) {
    time.pass(duration);
  }

  /** As a controller or a person adds one. */
  void taint(String node, String key) {
    edit(
        node,
        old -> {
          old.getSpec().getTaints().add(new Taint("NoExecute", key, null, "x"));
          return old;
        });
  }

  void removeTaints(String node) {
    edit(
        node,
        old -> {
          old.getSpec().setTaints(List.of());
          return old;
        });
  }

  void detach(String node) {
    var _ = api.client().storage().v1().volumeAttachments().withName("va-" + node).delete();
    await().until(() -> attachments.find("va-" + node).isEmpty());
  }

  List<String> taints(String node) {
    return taints(api.client().nodes().withName(node).get());
  }

  private static List<String> taints(Node node) {
    return node.getSpec().getTaints().stream()
        .map(taint -> taint.getKey() + "=" + taint.getValue() + ":" + taint.getEffect())
        .toList();
  }

  List<String> marked() {
    return api.client().nodes().list().getItems().stream()
        .filter(node -> taints(node).contains(TAINT + "=nodeshutdown:NoExecute"))
        .map(node -> node.getMetadata().getName())
        .sorted()
        .toList();
  }

  /** What was watched is as old as what there is. */
  private void awaitWatched() {
    for (Node node : api.client().nodes().list().getItems()) {
      NodeRecord now = NodeRecord.of(node);
      await().until(() -> nodes.find(now.name()).equals(Optional.of(now)));
    }
  }

  @Override
  public void close() {
    nodes.close();
    attachments.close();
    api.close();
  }
}
