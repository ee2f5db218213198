package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords.View;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes.OnHost;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.kube.lease.KubernetesLease;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.kube.upkeep.RetryingTasks;
import cn.ucloud.csi.udisk.controller.kube.upkeep.StartupTaint;
import cn.ucloud.csi.udisk.controller.kube.upkeep.StaticVolumeAffinity;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Objects as API servers store them, with whatever may be null, empty or absent: one of them never
 * spoils what is known of the others.
 */
class UnusualObjectsTest {
  private static final String CORE = "/api/v1/";
  private static final String STORAGE = "/apis/storage.k8s.io/v1/";
  private static final String LEASE =
      "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/udisk-csi-ucloud-cn-controller";

  @TempDir private Path directory;
  private final FakeApiServer api = new FakeApiServer();
  private KubernetesClient client;
  private Informer<NodeRecord> nodes;
  private Informer<CsiNodeRecord> csiNodes;
  private Informer<VolumeRecord> volumes;
  private Informer<AttachmentRecord> attachments;

  @BeforeEach
  void start() throws IOException {
    for (String kind : List.of("nodes", "persistentvolumes", "persistentvolumeclaims")) {
      api.answer(CORE + kind, json(kind));
    }
    api.answer(STORAGE + "csinodes", json("csinodes"));
    api.answer(STORAGE + "volumeattachments", json("volumeattachments"));
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Duration.ofSeconds(20));
    nodes = NodeRecord.watch(client);
    csiNodes = CsiNodeRecord.watch(client);
    volumes = VolumeRecord.watch(client);
    attachments = AttachmentRecord.watch(client);
  }

  @AfterEach
  void close() {
    List.of(nodes, csiNodes, volumes, attachments).forEach(Informer::close);
    client.close();
    api.close();
  }

  private static String json(String name) throws IOException {
    try (InputStream file =
        UnusualObjectsTest.class.getResourceAsStream("/kubernetes/" + name + ".json")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void know() {
    List.of(nodes, csiNodes, volumes, attachments)
        .forEach(watched -> {
          var _ = watched.start();
        });
    await()
        .ignoreExceptions()
        .until(() ->
            nodes.all().size() + csiNodes.all().size() > 0
                && volumes.all().size() + attachments.all().size() > 0);
  }

  @Test
  void aNodeWithoutDriversDoesNotStopTheHealingOfTheOthers() {
    know();
    KubernetesPublishedNodes publications =
        new KubernetesPublishedNodes(
            nodes, csiNodes, volumes, attachments, new EarlierMoves(volumes, attachments));
    OnHost disk =
        new OnHost(
            new VolumeId("bsm-1"),
            new NodeId("uhost-a"),
            Optional.of("10.9.0.1"),
            Optional.of(new DeviceName("vdb")),
            DiskSize.ofGib(20));
    assertThat(publications.view().findNode(disk)).hasValue(new NodeId("uhost-a"));
  }

  @Test
  void aNodeWithoutDriversDoesNotStopTheComparisonWithTheCloud() {
    know();
    View view =
        new KubernetesRecords(
                client, nodes, csiNodes, volumes, attachments, new SnapshotContents(client))
            .view();
    assertThat(view.hasVolume(new VolumeId("bsm-1"))).isTrue();
    assertThat(view.isNode(disk("bsm-1", "uhost-a"))).isTrue();
    assertThat(view.isNode(disk("bsm-1", "uhost-z"))).isFalse();
    assertThat(view.mayBeAttached(disk("bsm-1", "uhost-a"))).isTrue();
    assertThat(view.mayBeAttached(disk("bsm-2", "uhost-a"))).isFalse();
  }

  @Test
  void aNodeWithoutDriversDoesNotKeepADiskOnAnotherHost() {
    api.putVolume("pv-1", "bsm-1");
    KubernetesForceDetachPolicy custody = new KubernetesForceDetachPolicy(client, true);
    assertThat(custody.findReasonToLeave(new VolumeId("bsm-2"), "uhost-a")).isEmpty();
    assertThat(custody.findReasonToLeave(new VolumeId("bsm-3"), "uhost-a"))
        .hasValue("kubelet says that node a uses it");
    assertThat(custody.isReady(new NodeId("uhost-a"))).isTrue();
    assertThat(custody.isReady(new NodeId("uhost-z"))).isFalse();
  }

  @Test
  void aNodeWithoutDriversDoesNotKeepTheTaintOnTheOthers() {
    RetryingTasks chores = new RetryingTasks(Permission.always(), Duration.ofMillis(50));
    api.putNode("a", "uhost-a", NodeRecord.STARTUP_TAINT); // for the patch to find
    StartupTaint.watch(client, nodes, csiNodes, chores);
    know();
    chores.begin();
    await()
        .until(
            () -> api.asked().stream().anyMatch(it -> it.startsWith("PATCH " + CORE + "nodes/a")));
    chores.close();
  }

  @Test
  void nodesThatSayNothingAreSimplyNotTheOneThatIsSought() {
    know();
    KubernetesNodes known =
        new KubernetesNodes(
            client, nodes, csiNodes, new EarlierRequests(client, Duration.ofMinutes(1)));
    assertThat(known.findInstance(new NodeId("10.9.0.1"))).hasValue(new NodeId("uhost-a"));
    assertThat(known.findInstance(new NodeId("10.9.0.7"))).isEmpty();
    assertThat(known.segmentsOfNodes(Map.of(Topology.ZONE_KEY, "cn-bj2-02"))).hasSize(1);
  }

  @Test
  void volumesThatSayNothingAreNotGivenAPlace() {
    RetryingTasks chores = new RetryingTasks(Permission.always(), Duration.ofMillis(50));
    StaticVolumeAffinity.watch(
        client, volumes, disk -> Optional.of(new Topology("cn-bj2", "cn-bj2-02")), chores);
    know();
    chores.begin();
    await().until(chores::areDone);
    chores.close();
    assertThat(api.asked()).noneMatch(request -> request.startsWith("PATCH"));
  }

  @Test
  void claimsThatSayNothingAreWaitedForByNobody() throws IOException {
    KubernetesRecords records =
        new KubernetesRecords(
            client, nodes, csiNodes, volumes, attachments, new SnapshotContents(client));
    ListedDisk ofClaim = named("bsm-2", "pvc-1d1d2f5e-0000-4000-8000-000000000002_uk8s-x");
    assertThat(records.wanted(List.of(ofClaim)))
        .containsExactlyInAnyOrder(new VolumeId("bsm-1"), new VolumeId("bsm-2"));
    try (EarlierRequests earlier = new EarlierRequests(client, Duration.ofMinutes(1)).start()) {
      await().until(earlier::areClaimsKnown);
      assertThat(earlier.mayHaveClaim("1d1d2f5e-0000-4000-8000-000000000002")).isTrue();
      assertThat(earlier.mayHaveClaim("1d1d2f5e-0000-4000-8000-000000000003")).isFalse();
    }
    KubernetesNodes known =
        new KubernetesNodes(
            client, nodes, csiNodes, new EarlierRequests(client, Duration.ofMinutes(1)));
    for (String spec : List.of("null", "{\"volumeName\": null}")) {
      api.answer(
          CORE + "namespaces/shop/persistentvolumeclaims/data",
          "{\"apiVersion\": \"v1\", \"kind\": \"PersistentVolumeClaim\", \"metadata\": {\"name\":"
              + " \"data\", \"uid\": null, \"annotations\": null}, \"spec\": "
              + spec
              + ", \"status\": null}");
      Claim claim = new Claim("shop", "data", "pvc-x");
      assertThat(known.findSelectedNode(claim)).isEmpty();
      assertThat(known.isImmediate(claim)).isTrue();
      assertThat(known.isNew(claim)).isFalse();
    }
  }

  @Test
  void snapshotContentsThatSayNothingMakeNoSnapshotLookLeaked() throws IOException {
    api.answer(
        "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents", json("volumesnapshotcontents"));
    SnapshotContents contents = new SnapshotContents(client);
    assertThat(contents.exist()).isTrue();
    assertThat(
            contents.among(
                List.of(
                    new Snapshot(
                        new SnapshotId("snap-1"),
                        "by hand",
                        new VolumeId("bsm-1"),
                        DiskSize.ofGib(10),
                        Instant.EPOCH,
                        true))))
        .containsExactly(new SnapshotId("snap-1"));
  }

  @Test
  void aLeaseThatSaysNothingIsFree() throws IOException {
    KubernetesLease lease = new KubernetesLease(client, Clock.systemUTC());
    for (String name : List.of("lease", "lease-bare")) {
      api.answer(LEASE, json(name));
      assertThat(lease.read())
          .hasValueSatisfying(state -> assertThat(state.isGivenBack()).isTrue());
    }
  }

  private static ListedDisk disk(String id, String host) {
    return new ListedDisk(
        new VolumeId(id),
        "pvc-1_uk8s-x",
        DiskSize.ofGib(10),
        1,
        Optional.of(new NodeId(host)),
        Optional.of("10.0.0.0"));
  }

  private static ListedDisk named(String id, String name) {
    return new ListedDisk(
        new VolumeId(id), name, DiskSize.ofGib(10), 1, Optional.empty(), Optional.empty());
  }
}
