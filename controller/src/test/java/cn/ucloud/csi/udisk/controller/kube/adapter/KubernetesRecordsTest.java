package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords.View;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KubernetesRecordsTest {
  private final FakeApiServer api = new FakeApiServer();
  private final Informer<NodeRecord> nodes = NodeRecord.watch(api.client());
  private final Informer<CsiNodeRecord> csiNodes = CsiNodeRecord.watch(api.client());
  private final Informer<VolumeRecord> volumes = VolumeRecord.watch(api.client());
  private final Informer<AttachmentRecord> attachments = AttachmentRecord.watch(api.client());
  private final KubernetesRecords records =
      new KubernetesRecords(
          api.client(), nodes, csiNodes, volumes, attachments, new SnapshotContents(api.client()));

  @AfterEach
  void close() {
    List.of(nodes, csiNodes, volumes, attachments).forEach(Informer::close);
    api.close();
  }

  @Test
  void beforeEverythingIsKnownNothingIs() {
    assertThatThrownBy(records::view).isInstanceOf(Unavailable.class);
  }

  @Test
  void nodesAreToldByLabelByCsiNodeAndByAddress() {
    api.putNode("10.9.0.1", "uhost-a");
    api.put(new NodeBuilder().withNewMetadata().withName("b").endMetadata().build());
    api.register("b", "udisk.csi.ucloud.cn", "uhost-b");
    View view = view();
    assertThat(view.isNode(disk("bsm-1", "uhost-a", "10.0.0.0"))).isTrue();
    assertThat(view.isNode(disk("bsm-1", "uhost-b", "10.0.0.0"))).isTrue();
    assertThat(view.isNode(disk("bsm-1", "uhost-new", "10.9.0.1"))).isTrue();
    assertThat(view.isNode(disk("bsm-1", "uhost-c", "10.0.0.0"))).isFalse();
  }

  @Test
  void anAttachmentOfTheVolumeOrOfOneThatIsGoneKeepsADiskOnItsNode() {
    for (String name : List.of("a", "b", "c")) {
      api.putNode(name, "uhost-" + name);
    }
    api.putVolume("pv-1", "bsm-1");
    api.putVolume("pv-2", "bsm-2");
    api.put(FakeApiServer.attachment("va-a", "a", "pv-1").build());
    api.put(FakeApiServer.attachment("va-b", "b", "pv-gone").build());
    View view = view();
    assertThat(view.hasVolume(new VolumeId("bsm-1"))).isTrue();
    assertThat(view.hasVolume(new VolumeId("bsm-3"))).isFalse();
    assertThat(view.mayBeAttached(disk("bsm-1", "uhost-a", ""))).isTrue();
    assertThat(view.mayBeAttached(disk("bsm-2", "uhost-a", ""))).isFalse();
    assertThat(view.mayBeAttached(disk("bsm-2", "uhost-b", ""))).isTrue();
    assertThat(view.mayBeAttached(disk("bsm-1", "uhost-c", ""))).isFalse();
  }

  @Test
  void aDiskIsWantedByItsVolumeAndByTheClaimWhoseUidIsInItsName() {
    api.putVolume("pv-1", "bsm-1");
    String uid =
        api.client()
            .resource(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withNamespace("db")
                    .withName("data-0")
                    .endMetadata()
                    .build())
            .create()
            .getMetadata()
            .getUid();
    ListedDisk waitedFor = named("bsm-2", "pvc-" + uid + "_uk8s-x");
    ListedDisk leaked = named("bsm-3", "pvc-0_uk8s-x");
    assertThat(records.wanted(List.of(named("bsm-1", "pvc-1_uk8s-x"), waitedFor, leaked)))
        .containsExactlyInAnyOrder(new VolumeId("bsm-1"), new VolumeId("bsm-2"));
  }

  private View view() {
    List.of(nodes, csiNodes, volumes, attachments)
        .forEach(watched -> {
          var _ = watched.start();
        });
    await().ignoreExceptions().until(() -> records.view() != null);
    return records.view();
  }

  private static ListedDisk disk(String id, String host, String address) {
    return new ListedDisk(
        new VolumeId(id),
        "pvc-1_uk8s-x",
        DiskSize.ofGib(10),
        1,
        Optional.of(new NodeId(host)),
        Optional.of(address));
  }

  private static ListedDisk named(String id, String name) {
    return new ListedDisk(
        new VolumeId(id), name, DiskSize.ofGib(10), 1, Optional.empty(), Optional.empty());
  }
}
