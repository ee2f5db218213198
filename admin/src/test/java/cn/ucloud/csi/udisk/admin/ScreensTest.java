package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.fixture.Shop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScreensTest {
  private final Shop shop = Shop.open();

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void mapShowsTheWayFromClaimToPod() {
    Ran ran = Ran.in(shop, "map", "-n", "shop");
    assertThat(ran.said()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            CLAIM         VOLUME        DISK        CLOUD           NODE          ATTACHMENT    PODS
            data-mysql-0  pvc-9393f66f  bsm-x1y2z3  INUSE vdb 20Gi  10.9.184.108  attached vdb  mysql-0  ok
            """);
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void mapMarksADiskThatWasDetachedInTheConsole() {
    shop.cloud().free(Shop.DISK, Shop.VOLUME + "_" + Shop.CLUSTER_ID);
    Ran ran = Ran.in(shop, "map", "-n", "shop");
    assertThat(ran.out()).contains("AVAILABLE 20Gi").contains("UD120");
    assertThat(ran.exitCode()).isEqualTo(3);
  }

  @Test
  void mapEndsWellWhereAllThatItShowsIsWell() {
    shop.cluster()
        .put(
            """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: at-once}
            provisioner: udisk.csi.ucloud.cn
            volumeBindingMode: Immediate
            """);
    assertThat(Ran.in(shop, "doctor", "-A").exitCode()).isEqualTo(1);
    assertThat(Ran.in(shop, "map", "-n", "shop").exitCode()).isZero();
    assertThat(Ran.in(shop, "map", "data-mysql-0", "-n", "shop").exitCode()).isZero();
  }

  @Test
  void mapOfOneClaimIsATree() {
    assertThat(Ran.in(shop, "map", "data-mysql-0", "-n", "shop").out())
        .isEqualTo(
            """
            claim shop/data-mysql-0
            └─ volume pvc-9393f66f-0000-4000-8000-000000000001   ssd, ext4, 20Gi, Bound, Delete, cn-bj2-02
               └─ disk bsm-x1y2z3   INUSE uhost-abc vdb 20Gi ssd cn-bj2-02
                  └─ attachment csi-5f5f5f5f…   attached vdb, for 1d0h
                     └─ node 10.9.184.108
                        └─ pod mysql-0   ok
            """
                .replace("csi-5f5f5f5f", attachment()));
  }

  private static String attachment() {
    return Shop.attachmentPath(Shop.DISK, Shop.NODE).replaceAll(".*/", "").substring(0, 12);
  }

  @Test
  void statusTellsWhoActsAndHowMuchThereIs() {
    Ran ran = Ran.in(shop, "status");
    assertThat(ran.out())
        .contains("csi-udisk-controller-a acts, lease renewed 2s ago")
        .contains("2, of which 2 are ready, 2 have the driver, 0 take RSSD")
        .contains("1, of which 1 are bound")
        .contains("Nothing is wrong");
    assertThat(ran.exitCode()).isZero();
  }

  /** The pod that answers with {@code --pod} has the driver's labels too. */
  @Test
  void aPodThatWasMadeForAnAnswerIsNoNodePlugin() {
    String before = statusWithoutClock();
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: csi-udisk-admin-1-1
              namespace: kube-system
              labels: {app: csi-udisk, role: admin, app.kubernetes.io/name: udisk-csi}
            spec:
              nodeName: 10.9.184.108
              containers: [{name: csi-udisk, image: "udisk-csi:0.1.0"}]
            status:
              phase: Running
              containerStatuses: [{name: csi-udisk, ready: true, restartCount: 0}]
            """);
    assertThat(statusWithoutClock()).isEqualTo(before).contains("2 of 2 node plugins ready");
  }

  /** How far the clock is off depends on when it is asked: the API server tells whole seconds. */
  private String statusWithoutClock() {
    String status = Ran.in(shop, "status").out();
    assertThat(status).containsPattern("(?m)^clock +\\d+ s from the API server's$");
    return status.replaceFirst("(?m)^clock.*$", "");
  }

  @Test
  void doctorSpeaksChinese() {
    shop.cloud().free(Shop.DISK, Shop.VOLUME + "_" + Shop.CLUSTER_ID);
    assertThat(Ran.speaking("zh_CN.UTF-8", shop, "doctor", "-A").out())
        .contains("集群认为卷 " + Shop.VOLUME + " 已挂到 " + Shop.NODE)
        .contains("1 个错误，0 个警告");
  }

  @Test
  void doctorWalksFromTheClaimToThePod() {
    shop.cluster().remove(Shop.attachmentPath(Shop.DISK, Shop.NODE));
    shop.pod("mysql-0", "data-mysql-0", Shop.NODE, false);
    shop.cloud().free(Shop.DISK, "x");
    assertThat(Ran.in(shop, "doctor", "pod/mysql-0", "-n", "shop").out())
        .contains(" ✓  claim bound  " + Shop.VOLUME)
        .contains(" ✓  scheduled    on " + Shop.NODE)
        .contains("attached")
        .contains("mounted      not reached");
  }

  /** A claim without a volume has its finding in the walk alone. */
  @Test
  void doctorOfAClaimThatCannotBeBoundEndsWithAnError() {
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data-new, namespace: shop, creationTimestamp: "2026-11-30T11:00:00Z"}
            spec: {storageClassName: none-such}
            status: {phase: Pending}
            """);
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: Event
            metadata: {name: e1, namespace: shop}
            involvedObject: {kind: PersistentVolumeClaim, namespace: shop, name: data-new}
            type: Warning
            reason: ProvisioningFailed
            message: storageclass.storage.k8s.io "none-such" not found
            lastTimestamp: "2026-11-30T11:59:00Z"
            """);
    Ran ran = Ran.in(shop, "doctor", "data-new", "-n", "shop");
    assertThat(ran.out()).contains(" ✗  claim bound  [UD131]");
    assertThat(ran.exitCode()).isEqualTo(3);
  }

  @Test
  void doctorOfANamespaceFindsTheVolumesThatItsClaimsHaveLeft() {
    for (String namespace : List.of("shop", "bank")) {
      shop.cluster()
          .put(
              """
              apiVersion: v1
              kind: PersistentVolume
              metadata: {name: of-%1$s}
              spec:
                claimRef: {namespace: %1$s, name: data-old, uid: gone}
                csi: {driver: udisk.csi.ucloud.cn, volumeHandle: bsm-%1$s}
                persistentVolumeReclaimPolicy: Retain
              status: {phase: Released}
              """
                  .formatted(namespace));
      shop.cloud().free("bsm-" + namespace, "x");
    }
    Ran ran = Ran.in(shop, "doctor", "-n", "shop");
    assertThat(ran.out())
        .contains("[UD140] pv of-shop: volume of-shop is Released; it was of claim shop/data-old")
        .doesNotContain("bank");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(Ran.in(shop, "map", "-n", "shop").out()).doesNotContain("of-shop");
  }

  /** Its pod is gone and its disk is free, so no name leads to the node any more. */
  @Test
  void doctorFindsAnAttachmentThatIsStuckWhereNothingElseIs() {
    shop.cluster().remove("/api/v1/namespaces/shop/pods/mysql-0");
    shop.cloud().free(Shop.DISK, "x");
    shop.cluster()
        .patch(
            Shop.attachmentPath(Shop.DISK, Shop.NODE),
            "[{\"op\":\"add\",\"path\":\"/metadata/deletionTimestamp\",\"value\":\"2026-11-30T11:00:00Z\"},"
                + "{\"op\":\"add\",\"path\":\"/metadata/finalizers\",\"value\":[\"example.com/hang\"]}]");
    for (String[] question :
        new String[][] {
          {"pvc/data-mysql-0", "-n", "shop"}, {"pv/" + Shop.VOLUME}, {"-n", "shop"}
        }) {
      List<String> words = new ArrayList<>(List.of(question));
      words.addFirst("doctor");
      Ran ran = Ran.in(shop, words.toArray(String[]::new));
      assertThat(ran.out()).as(words.toString()).contains("UD122");
      assertThat(ran.exitCode()).isNotZero();
    }
  }

  @Test
  void nothingOfThatNameIsSaidInOneSentence() {
    Ran ran = Ran.in(shop, "map", "nobody", "-n", "shop");
    assertThat(ran.said()).isEqualTo("there is no nobody\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void aRightThatIsMissingIsNamed() {
    shop.cluster().forbid("/api/v1/persistentvolumes");
    Ran ran = Ran.in(shop, "status");
    assertThat(ran.out()).contains("the right to read is missing: /api/v1/persistentvolumes");
    assertThat(ran.exitCode()).isEqualTo(4);
  }

  @Test
  void noSecretIsShown() {
    for (String[] command :
        new String[][] {{"map", "-n", "shop", "-o", "json"}, {"status", "-o", "json"}}) {
      assertThat(Ran.in(shop, command).out()).contains(Shop.NODE).doesNotContain("hidden-word");
    }
  }
}
