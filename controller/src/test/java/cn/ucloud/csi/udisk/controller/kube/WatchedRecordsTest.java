package cn.ucloud.csi.udisk.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords.Look;
import cn.ucloud.csi.udisk.controller.volume.ListedDisk;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchedRecordsTest {
  private final ApiServer api = new ApiServer();
  private final Watched<NodeRecord> nodes = NodeRecord.watch(api.client());
  private final Watched<CsiNodeRecord> csiNodes = CsiNodeRecord.watch(api.client());
  private final Watched<VolumeRecord> volumes = VolumeRecord.watch(api.client());
  private final Watched<AttachmentRecord> attachments = AttachmentRecord.watch(api.client());
  private final WatchedRecords records =
      new WatchedRecords(
          api.client(), nodes, csiNodes, volumes, attachments, new SnapshotContents(api.client()));

  @AfterEach
  void close() {
    List.of(nodes, csiNodes, volumes, attachments).forEach(Watched::close);
    api.close();
  }

  @Test
  void beforeEverythingIsKnownNothingIs() {
    assertThatThrownBy(records::look).isInstanceOf(Unavailable.class);
  }

  @Test
  void nodesAreToldByLabelByCsiNodeAndByAddress() {
    api.putNode("10.9.0.1", "uhost-a");
    api.put(new NodeBuilder().withNewMetadata().withName("b").endMetadata().build());
    api.register("b", "udisk.csi.ucloud.cn", "uhost-b");
    Look look = look();
    assertThat(look.isNode(disk("bsm-1", "uhost-a", "10.0.0.0"))).isTrue();
    assertThat(look.isNode(disk("bsm-1", "uhost-b", "10.0.0.0"))).isTrue();
    assertThat(look.isNode(disk("bsm-1", "uhost-new", "10.9.0.1"))).isTrue();
    assertThat(look.isNode(disk("bsm-1", "uhost-c", "10.0.0.0"))).isFalse();
  }

  @Test
  void anAttachmentOfTheVolumeOrOfOneThatIsGoneKeepsADiskOnItsNode() {
    for (String name : List.of("a", "b", "c")) {
      api.putNode(name, "uhost-" + name);
    }
    api.putVolume("pv-1", "bsm-1");
    api.putVolume("pv-2", "bsm-2");
    api.put(ApiServer.attachment("va-a", "a", "pv-1").build());
    api.put(ApiServer.attachment("va-b", "b", "pv-gone").build());
    Look look = look();
    assertThat(look.hasVolume(new VolumeId("bsm-1"))).isTrue();
    assertThat(look.hasVolume(new VolumeId("bsm-3"))).isFalse();
    assertThat(look.mayBeAttached(disk("bsm-1", "uhost-a", ""))).isTrue();
    assertThat(look.mayBeAttached(disk("bsm-2", "uhost-a", ""))).isFalse();
    assertThat(look.mayBeAttached(disk("bsm-2", "uhost-b", ""))).isTrue();
    assertThat(look.mayBeAttached(disk("bsm-1", "uhost-c", ""))).isFalse();
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

  private Look look() {
    List.of(nodes, csiNodes, volumes, attachments)
        .forEach(watched -> {
          var _ = watched.start();
        });
    await().ignoreExceptions().until(() -> records.look() != null);
    return records.look();
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
