package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.fixture.FakeCluster;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every command that changes something: what it does, what it refuses, and that it ends. */
class ChangesTest {
  private static final String PV = "/api/v1/persistentvolumes/" + Shop.VOLUME;
  private static final String CLAIM = "/api/v1/namespaces/shop/persistentvolumeclaims/data-mysql-0";
  private static final String POD = "/api/v1/namespaces/shop/pods/mysql-0";

  private final Shop shop = Shop.open();
  private final FakeCluster cluster = shop.cluster();

  @AfterEach
  void close() {
    shop.close();
  }

  /** The claim is gone, its volume is kept, and the disk is free. */
  private void release() {
    cluster.remove(POD);
    cluster.patch(CLAIM, "[{\"op\":\"replace\",\"path\":\"/metadata/finalizers\",\"value\":[]}]");
    cluster.remove(CLAIM);
    detach(Shop.NODE);
    cluster.patch(PV, "[{\"op\":\"replace\",\"path\":\"/status/phase\",\"value\":\"Released\"}]");
    shop.cloud().free(Shop.DISK, Shop.VOLUME + "_" + Shop.CLUSTER_ID);
  }

  private void detach(String node) {
    String path = Shop.attachmentPath(Shop.DISK, node);
    cluster.patch(path, "[{\"op\":\"replace\",\"path\":\"/metadata/finalizers\",\"value\":[]}]");
    cluster.remove(path);
  }

  /** What the volume controller does: a volume whose claim is there is bound to it. */
  private static void bind(FakeCluster cluster) {
    for (String path : cluster.paths()) {
      if (path.startsWith("/api/v1/persistentvolumes/")) {
        var volume = cluster.find(path).orElseThrow();
        String claim =
            "/api/v1/namespaces/%s/persistentvolumeclaims/%s"
                .formatted(
                    volume.at("/spec/claimRef/namespace").asText(),
                    volume.at("/spec/claimRef/name").asText());
        if (cluster.find(claim).isPresent()
            && !"Bound".equals(volume.at("/status/phase").asText())) {
          cluster.patch(
              path, "[{\"op\":\"add\",\"path\":\"/status\",\"value\":{\"phase\":\"Bound\"}}]");
          cluster.patch(
              claim, "[{\"op\":\"add\",\"path\":\"/status\",\"value\":{\"phase\":\"Bound\"}}]");
        }
      }
    }
  }

  @Test
  void nothingChangesWithoutApply() {
    int before = cluster.paths().size();
    Ran ran = Ran.in(shop, "protect", "-n", "shop");
    assertThat(ran.out())
        .contains("1 bound volumes would lose their disks")
        .contains("kubectl patch persistentvolume " + Shop.VOLUME)
        .contains("Nothing changed. To do it: --apply");
    assertThat(cluster.paths()).hasSize(before);
    assertThat(cluster.find(PV).orElseThrow().at("/spec/persistentVolumeReclaimPolicy").asText())
        .isEqualTo("Delete");
  }

  @Test
  void protectSetsRetainOnce() {
    assertThat(Applied.in(shop, "protect", "-n", "shop").steps()).hasSize(1);
    assertThat(cluster.find(PV).orElseThrow().at("/spec/persistentVolumeReclaimPolicy").asText())
        .isEqualTo("Retain");
    Applied again = Applied.in(shop, "protect", "-n", "shop");
    assertThat(again.steps()).isEmpty();
    assertThat(again.exitCode()).isZero();
  }

  @Test
  void aReleasedVolumeIsBoundToItsClaimAgain() {
    release();
    Applied applied = Applied.in(shop, ChangesTest::bind, "rebind", Shop.VOLUME);
    assertThat(applied.exitCode()).isZero();
    assertThat(applied.steps()).hasSize(2);
    assertThat(cluster.find(PV).orElseThrow().at("/spec/persistentVolumeReclaimPolicy").asText())
        .isEqualTo("Retain");
    assertThat(cluster.find(CLAIM).orElseThrow().at("/spec/volumeName").asText())
        .isEqualTo(Shop.VOLUME);
    assertThat(Applied.in(shop, "rebind", Shop.VOLUME).steps()).isEmpty();
  }

  @Test
  void aVolumeWhoseDiskIsAttachedIsNotBoundAgain() {
    release();
    shop.cloud().inUse(Shop.DISK, "x", Shop.HOST, "vdb");
    Applied applied = Applied.in(shop, "rebind", Shop.VOLUME);
    assertThat(applied.steps()).isEmpty();
    assertThat(applied.said()).contains("disk bsm-x1y2z3 is not free: INUSE uhost-abc");
    assertThat(applied.exitCode()).isEqualTo(3);
  }

  @Test
  void aVolumeWhoseClaimIsThereIsNotTakenFromIt() {
    assertThat(Applied.in(shop, "rebind", Shop.VOLUME, "--to", "shop/other").said())
        .contains("is bound to claim shop/data-mysql-0 already");
  }

  @Test
  void aFreeDiskBecomesAVolume() {
    shop.cloud().free("bsm-old", "from-a-virtual-machine");
    Applied applied =
        Applied.in(shop, ChangesTest::bind, "adopt", "bsm-old", "--claim", "shop/imported");
    assertThat(applied.exitCode()).isZero();
    var volume = cluster.find("/api/v1/persistentvolumes/adopted-bsm-old").orElseThrow();
    assertThat(volume.at("/spec/csi/volumeHandle").asText()).isEqualTo("bsm-old");
    assertThat(volume.at("/spec/persistentVolumeReclaimPolicy").asText()).isEqualTo("Retain");
    assertThat(volume.at("/spec/nodeAffinity").toString()).contains("cn-bj2-02");
    assertThat(Applied.in(shop, "adopt", "bsm-old", "--claim", "shop/imported").steps()).isEmpty();
  }

  @Test
  void aDiskThatAVolumeNamesIsNotAdopted() {
    assertThat(Applied.in(shop, "adopt", Shop.DISK, "--claim", "shop/imported").said())
        .contains("is that of volume " + Shop.VOLUME + " already");
  }

  @Test
  void anotherClustersDiskIsNotAdopted() {
    shop.cloud().free("bsm-theirs", "pvc-1_uk8s-other");
    assertThat(Applied.in(shop, "adopt", "bsm-theirs", "--claim", "shop/imported").said())
        .contains("disk bsm-theirs is another cluster's: pvc-1_uk8s-other");
  }

  @Test
  void aSystemDiskIsNotAdopted() {
    shop.cloud()
        .put(
            new Disk(
                "bsi-boot",
                "boot",
                "AVAILABLE",
                "",
                40,
                "cn-bj2-02",
                "",
                "",
                "",
                true,
                Instant.EPOCH,
                Instant.EPOCH,
                false,
                ""));
    assertThat(Applied.in(shop, "adopt", "bsi-boot", "--claim", "shop/imported").said())
        .contains("disk bsi-boot is a host's system disk");
  }

  @Test
  void aHostThatStillRunsIsNotRecovered() {
    shop.node(Shop.NODE, Shop.HOST, "Unknown", 400);
    Applied applied = Applied.in(shop, "recover-node", Shop.NODE);
    assertThat(applied.steps()).isEmpty();
    assertThat(applied.said())
        .contains("the host uhost-abc is Running")
        .contains("Power it off in the console first");
    assertThat(applied.exitCode()).isEqualTo(3);
  }

  @Test
  void aNodeThatIsHeardIsNotRecovered() {
    shop.cloud().host(Shop.HOST, "Stopped");
    assertThat(Applied.in(shop, "recover-node", Shop.NODE).said())
        .contains("the kubelet of 10.9.184.108 is not silent");
  }

  @Test
  void theNodeOfAStoppedHostIsMarkedAndUnmarked() {
    shop.node(Shop.NODE, Shop.HOST, "Unknown", 400);
    shop.cloud().host(Shop.HOST, "Stopped");
    assertThat(Applied.in(shop, "recover-node", Shop.NODE).steps()).hasSize(1);
    String node = "/api/v1/nodes/" + Shop.NODE;
    assertThat(cluster.find(node).orElseThrow().at("/spec/taints/0/key").asText())
        .isEqualTo("node.kubernetes.io/out-of-service");
    Applied again = Applied.in(shop, "recover-node", Shop.NODE);
    assertThat(again.steps()).isEmpty();
    assertThat(again.said()).contains("still there: shop/mysql-0");
    cluster.remove(POD);
    assertThat(Applied.in(shop, "recover-node", Shop.NODE).said())
        .contains("its pods go elsewhere");

    assertThat(Applied.in(shop, "recover-node", Shop.NODE, "--back").said())
        .contains("is not ready yet");
    cluster.patch(
        node, "[{\"op\":\"replace\",\"path\":\"/status/conditions/0/status\",\"value\":\"True\"}]");
    assertThat(Applied.in(shop, "recover-node", Shop.NODE, "--back").steps()).hasSize(1);
    assertThat(cluster.find(node).orElseThrow().at("/spec/taints")).isEmpty();
    assertThat(Applied.in(shop, "recover-node", Shop.NODE, "--back").steps()).isEmpty();
  }

  @Test
  void anAttachmentIsFreedOnlyWhenTheDiskIs() {
    String path = Shop.attachmentPath(Shop.DISK, Shop.NODE);
    cluster.patch(
        path,
        "[{\"op\":\"add\",\"path\":\"/metadata/deletionTimestamp\",\"value\":\"2026-11-30T11:00:00Z\"}]");
    Applied held = Applied.in(shop, "repair", "va/" + path.replaceAll(".*/", ""));
    assertThat(held.steps()).isEmpty();
    assertThat(held.said())
        .contains(
            "disk bsm-x1y2z3 really is attached to 10.9.184.108; pods there that use it: shop/mysql-0");

    shop.cloud().free(Shop.DISK, "x");
    Applied freed = Applied.in(shop, "repair", "pvc/data-mysql-0", "-n", "shop");
    assertThat(freed.steps()).hasSize(1);
    assertThat(cluster.find(path)).isEmpty();
    assertThat(freed.exitCode()).isZero();
  }

  @Test
  void ofTwoAttachmentsTheWrongOneGoes() {
    shop.attached(Shop.VOLUME, Shop.DISK, Shop.OTHER_NODE, true);
    Applied applied = Applied.in(shop, "repair", "pv/" + Shop.VOLUME);
    assertThat(applied.steps()).hasSize(1);
    assertThat(
            cluster
                .find(Shop.attachmentPath(Shop.DISK, Shop.OTHER_NODE))
                .orElseThrow()
                .at("/metadata/deletionTimestamp")
                .isTextual())
        .isTrue();
    assertThat(
            cluster
                .find(Shop.attachmentPath(Shop.DISK, Shop.NODE))
                .orElseThrow()
                .at("/metadata/deletionTimestamp")
                .isMissingNode())
        .isTrue();
  }

  @Test
  void aDiskWithoutAttachmentIsTakenOffByTheDriverItself() {
    cluster.remove(POD);
    detach(Shop.NODE);
    AtomicBoolean isMade = new AtomicBoolean();
    Applied applied =
        Applied.in(
            shop,
            alive -> {
              String made = "/apis/storage.k8s.io/v1/volumeattachments/udisk-repair-" + Shop.VOLUME;
              if (alive.find(made).isPresent()) { // the attacher
                isMade.set(true);
                alive.patch(
                    made, "[{\"op\":\"add\",\"path\":\"/status\",\"value\":{\"attached\":true}}]");
              } else if (isMade.get()) {
                shop.cloud().free(Shop.DISK, "x"); // detached once its attachment was deleted
              }
            },
            "repair",
            "pv/" + Shop.VOLUME);
    assertThat(applied.exitCode()).isZero();
    assertThat(applied.steps()).hasSize(2);
    assertThat(applied.said()).contains("say what the cloud says");
  }

  @Test
  void aDiskThatAPodUsesIsNotTakenOff() {
    detach(Shop.NODE);
    assertThat(Applied.in(shop, "repair", "pv/" + Shop.VOLUME).said())
        .contains("really is attached to 10.9.184.108");
  }

  @Test
  void aLeakedDiskIsDroppedThroughAVolume() {
    shop.cloud().free("bsm-leak", "pvc-0_" + Shop.CLUSTER_ID);
    assertThat(Ran.in(shop, "leaks").out()).contains("[UD160] disk bsm-leak");
    Applied applied =
        Applied.in(
            shop,
            alive -> { // the provisioner
              String made = "/api/v1/persistentvolumes/udisk-leak-bsm-leak";
              if (alive.find(made).isPresent()) {
                alive.remove(made);
                shop.cloud().delete("bsm-leak");
              }
            },
            "leaks",
            "drop",
            "bsm-leak");
    assertThat(applied.exitCode()).isZero();
    assertThat(applied.steps()).hasSize(1);
    assertThat(applied.said()).contains("does not exist any more");
  }

  @Test
  void aDiskOfAVolumeOrOfSomebodyElseIsNotDropped() {
    assertThat(Applied.in(shop, "leaks", "drop", Shop.DISK).said()).contains("is that of volume");
    shop.cloud().free("bsm-foreign", "database-of-accounting");
    assertThat(Applied.in(shop, "leaks", "drop", "bsm-foreign").said())
        .contains("is not of this cluster");
  }

  @Test
  void nothingIsProvedWhereTheCloudDoesNotAnswer() {
    release();
    shop.cloud()
        .refuse(cn.ucloud.csi.udisk.admin.facts.Facts.Gap.Kind.CLOUD_UNREACHABLE, "no answer");
    for (String[] command :
        new String[][] {
          {"rebind", Shop.VOLUME},
          {"repair", "pv/" + Shop.VOLUME},
          {"leaks", "drop", "bsm-leak"},
          {"adopt", "bsm-old", "--claim", "shop/imported"}
        }) {
      Applied applied = Applied.in(shop, command);
      assertThat(applied.steps()).as(String.join(" ", command)).isEmpty();
      assertThat(applied.exitCode()).isEqualTo(3);
    }
  }
}
