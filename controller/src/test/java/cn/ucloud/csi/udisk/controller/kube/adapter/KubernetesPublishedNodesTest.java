package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes.OnHost;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is listed must be what the attacher compares it with. */
class KubernetesPublishedNodesTest {
  private static final Map<String, String> VDB = Map.of("deviceName", "vdb");

  private final FakeApiServer api = new FakeApiServer();
  private final Informer<NodeRecord> nodes = NodeRecord.watch(api.client());
  private final Informer<CsiNodeRecord> csiNodes = CsiNodeRecord.watch(api.client());
  private final Informer<VolumeRecord> volumes = VolumeRecord.watch(api.client());
  private final Informer<AttachmentRecord> attachments = AttachmentRecord.watch(api.client());
  private final EarlierMoves earlierMoves = new EarlierMoves(volumes, attachments);
  private final KubernetesPublishedNodes publications =
      new KubernetesPublishedNodes(nodes, csiNodes, volumes, attachments, earlierMoves);

  @BeforeEach
  void aVolume() {
    api.putVolume("pv-1", "bsm-1");
  }

  @AfterEach
  void close() {
    List.of(nodes, csiNodes, volumes, attachments).forEach(Informer::close);
    api.close();
  }

  @Test
  void beforeTheClusterIsKnownNothingIsListed() {
    assertThatThrownBy(publications::view).isInstanceOf(Unavailable.class);
  }

  @Test
  void eachNodeIsListedInTheFormItsCsiNodeHolds() {
    api.putNode("10.9.0.1", "uhost-a");
    api.register("10.9.0.1", "udisk.csi.ucloud.cn", "10.9.0.1");
    api.putNode("10.9.0.2", "uhost-b");
    api.register("10.9.0.2", "udisk.csi.ucloud.cn", "uhost-b");
    api.register("10.9.0.3", "udisk.csi.ucloud.cn", "10.9.0.3");
    start();
    assertThat(listed("uhost-a", "10.9.0.7")).as("by its label").hasValue("10.9.0.1");
    assertThat(listed("uhost-b", "10.9.0.2")).hasValue("uhost-b");
    assertThat(listed("uhost-c", "10.9.0.3")).as("by its address").hasValue("10.9.0.3");
    assertThat(listed("uhost-x", "10.9.0.9")).as("no node of ours").hasValue("uhost-x");
  }

  @Test
  void aHostIsANodeByWhateverNamesIt() {
    api.putNode("10.9.0.1", "uhost-a");
    api.register("10.9.0.3", "udisk.csi.ucloud.cn", "uhost-c");
    start();
    await().until(() -> isNode("uhost-a", "10.9.0.7"));
    assertThat(isNode("uhost-x", "10.9.0.1")).as("by its address").isTrue();
    assertThat(isNode("uhost-c", "10.9.0.7")).as("by its CSINode").isTrue();
    assertThat(isNode("uhost-x", "10.9.0.9")).isFalse();
  }

  private boolean isNode(String host, String address) {
    return publications
        .nodes()
        .test(
            new OnHost(
                new VolumeId("bsm-1"),
                new NodeId(host),
                Optional.of(address),
                Optional.of(new DeviceName("vdb")),
                DiskSize.ofGib(20)));
  }

  @Test
  void aNodeThatIsGoneIsListedAsItsAttachmentRemembersIt() {
    attachment("10.9.0.1", "10.9.0.1", VDB);
    start();
    assertThat(listed("uhost-a", "10.9.0.1")).hasValue("10.9.0.1");
  }

  @Test
  void onlyVolumesOfThisDriverAreKnown() {
    api.put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName("pv-nfs")
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver("nfs.csi.k8s.io")
            .withVolumeHandle("share-1")
            .endCsi()
            .endSpec()
            .build());
    start();
    await()
        .ignoreExceptions() // before they are known
        .untilAsserted(
            () -> assertThat(publications.volumes()).containsExactly(new VolumeId("bsm-1")));
  }

  @Test
  void aVolumeIsAttachedWhereItsAttachmentSaysSo() {
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    attachment("a", "uhost-a", VDB);
    start();
    await()
        .ignoreExceptions() // before the volumes are known
        .until(() -> publications.isAttached(new VolumeId("bsm-1"), new NodeId("uhost-a")));
    assertThat(publications.isAttached(new VolumeId("bsm-1"), new NodeId("uhost-b"))).isFalse();
    assertThat(publications.isAttached(new VolumeId("bsm-2"), new NodeId("uhost-a"))).isFalse();
  }

  @Test
  void anAttachMayBeUnderWayUnlessTheAttachmentSaysThatItIsDone() {
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    api.putVolume("pv-2", "bsm-2");
    attachment("a", "uhost-a", VDB);
    api.put(
        attachmentOf("va-2", "pv-2", true)
            .editMetadata()
            .withFinalizers("external-attacher/udisk-csi-ucloud-cn")
            .withDeletionTimestamp("2026-11-30T10:00:00Z")
            .endMetadata()
            .build());
    api.putVolume("pv-3", "bsm-3");
    api.put(attachmentOf("va-3", "pv-3", false).build());
    start();
    await()
        .ignoreExceptions() // before the volumes are known
        .until(() -> !publications.mayBeComing(new VolumeId("bsm-1"), new NodeId("uhost-a")));
    assertThat(publications.mayBeComing(new VolumeId("bsm-1"), new NodeId("uhost-b"))).isTrue();
    assertThat(publications.mayBeComing(new VolumeId("bsm-2"), new NodeId("uhost-a")))
        .as("one that is being detached")
        .isFalse();
    assertThat(publications.mayBeComing(new VolumeId("bsm-3"), new NodeId("uhost-a"))).isTrue();
    assertThat(publications.mayBeComing(new VolumeId("bsm-9"), new NodeId("uhost-a"))).isTrue();
  }

  @Test
  void anAttachmentWhoseVolumeIsNotKnownAnyMoreMayBeOfAnyDisk() {
    attachment("a", "uhost-a", VDB);
    api.put(attachmentOf("va-2", "pv-gone", true).build());
    start();
    await().ignoreExceptions().until(() -> !attachments.all().isEmpty());
    earlierMoves.begin();
    assertThat(publications.mayHaveBeenMoving(new VolumeId("bsm-1"))).isTrue();
    assertThat(publications.mayHaveBeenMoving(new VolumeId("bsm-9"))).isTrue();
  }

  @Test
  void aNodeThatWasToldTheLetterIsListed() {
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    attachment("a", "10.9.0.1", VDB);
    start();
    assertThat(listed("uhost-a", "10.9.0.1")).hasValue("uhost-a");
  }

  @Test
  void aNodeThatWasToldAnotherLetterIsLeftOutSoThatItIsToldAnew() {
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    attachment("a", "uhost-a", Map.of("deviceName", "vdc"));
    start();
    assertThat(listed("uhost-a", "10.9.0.1")).isEmpty();
    assertThat(listed("uhost-b", "10.9.0.2")).as("where nothing was told").hasValue("uhost-b");
  }

  @Test
  void aNodeThatWasToldNoLetterIsLeftOutExceptForBareMetalWhereThereIsNone() {
    api.register("a", "udisk.csi.ucloud.cn", "upm-a");
    attachment("a", "upm-a", Map.of());
    start();
    assertThat(listed("upm-a", "10.9.0.1")).isEmpty();
    assertThat(
            publications
                .view()
                .findNode(
                    new OnHost(
                        new VolumeId("bsm-1"),
                        new NodeId("upm-a"),
                        Optional.empty(),
                        Optional.empty(),
                        DiskSize.ofGib(20))))
        .hasValue(new NodeId("upm-a"));
  }

  @Test
  void aNodeThatWasToldTheSizeBeforeTheDiskGrewIsLeftOutSoThatItIsToldAnew() {
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    attachment("a", "uhost-a", Map.of("deviceName", "vdb", "sizeGiB", "10"));
    start();
    assertThat(listed("uhost-a", "10.9.0.1")).isEmpty();
  }

  @Test
  void aNodeThatWasToldTheSizeIsListed() {
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    attachment("a", "uhost-a", Map.of("deviceName", "vdb", "sizeGiB", "20"));
    start();
    assertThat(listed("uhost-a", "10.9.0.1")).hasValue("uhost-a");
  }

  private Optional<String> listed(String host, String address) {
    return publications
        .view()
        .findNode(
            new OnHost(
                new VolumeId("bsm-1"),
                new NodeId(host),
                Optional.of(address),
                Optional.of(new DeviceName("vdb")),
                DiskSize.ofGib(20)))
        .map(NodeId::value);
  }

  private void start() {
    List.of(nodes, csiNodes, volumes, attachments)
        .forEach(watched -> {
          var _ = watched.start();
        });
    await().ignoreExceptions().until(() -> publications.view() != null);
  }

  private static VolumeAttachmentBuilder attachmentOf(String name, String volume, boolean done) {
    return FakeApiServer.attachment(name, "a", volume)
        .withNewStatus()
        .withAttached(done)
        .endStatus();
  }

  private void attachment(String node, String id, Map<String, String> told) {
    api.put(
        FakeApiServer.attachment("va-1", node, "pv-1")
            .editMetadata()
            .withAnnotations(Map.of("csi.alpha.kubernetes.io/node-id", id))
            .endMetadata()
            .withNewStatus()
            .withAttached(true)
            .withAttachmentMetadata(told)
            .endStatus()
            .build());
  }
}
