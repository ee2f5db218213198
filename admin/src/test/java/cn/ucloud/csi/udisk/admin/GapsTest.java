package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Code;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import cn.ucloud.csi.udisk.admin.fixture.Trouble;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.plan.Adopt;
import cn.ucloud.csi.udisk.admin.plan.Decision;
import cn.ucloud.csi.udisk.admin.plan.DropLeak;
import cn.ucloud.csi.udisk.admin.plan.Plan;
import cn.ucloud.csi.udisk.admin.plan.Protect;
import cn.ucloud.csi.udisk.admin.plan.Rebind;
import cn.ucloud.csi.udisk.admin.plan.RecoverNode;
import cn.ucloud.csi.udisk.admin.plan.Repair;
import cn.ucloud.csi.udisk.admin.read.Part;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What could not be read, or not to its end, makes nothing look absent: no fault is found that is
 * none, and no plan acts.
 */
class GapsTest {
  private static final String OTHER_VOLUME = "pvc-51c0a2de-0000-4000-8000-000000000002";
  private static final String OTHER_DISK = "bsm-a8b7c6";

  private static final List<String> LISTS =
      List.of(
          "/api/v1/persistentvolumes",
          "/api/v1/persistentvolumeclaims",
          "/api/v1/namespaces/shop/persistentvolumeclaims",
          "/api/v1/pods",
          "/api/v1/namespaces/shop/pods",
          "/api/v1/nodes",
          "/apis/storage.k8s.io/v1/csinodes",
          "/apis/storage.k8s.io/v1/csidrivers",
          "/apis/storage.k8s.io/v1/storageclasses",
          "/apis/storage.k8s.io/v1/volumeattachments",
          "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases",
          "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases",
          "/apis/apps/v1/daemonsets");

  private static final Set<Part> NARROW = EnumSet.of(Part.CLASSES, Part.EVENTS, Part.DRIVER);

  private static final Map<String, Function<Shop, Facts>> QUESTIONS =
      Map.of(
          "everything", shop -> shop.reader().cluster(EnumSet.allOf(Part.class)),
          "namespace", shop -> shop.reader().namespace("shop", NARROW),
          "volume", shop -> shop.reader().volume(Shop.VOLUME, NARROW),
          "disk", shop -> shop.reader().disk(Shop.DISK, NARROW),
          "node", shop -> shop.reader().node(Shop.NODE, NARROW));

  private final Shop shop = Shop.open();

  @Test
  void statusCountsNothingThatWasNotRead() {
    shop.cluster().forbid("/api/v1/persistentvolumes");
    assertThat(Ran.in(shop, "status").out())
        .contains("volumes      not read; see below", "claims       3, of which", "UD190");
  }

  @BeforeEach
  void twoOfEach() {
    shop.volume("data-mysql-1", OTHER_VOLUME, OTHER_DISK);
    shop.pod("mysql-1", "data-mysql-1", Shop.OTHER_NODE, false);
    shop.attached(OTHER_VOLUME, OTHER_DISK, Shop.OTHER_NODE, true);
    shop.cloud()
        .inUse(OTHER_DISK, OTHER_VOLUME + "_" + Shop.CLUSTER_ID, Shop.OTHER_HOST, "vdb")
        .free("bsm-leak", "pvc-0_" + Shop.CLUSTER_ID);
    // Waits for its first pod, which is on no node yet.
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: new
              namespace: shop
              annotations: {volume.kubernetes.io/selected-node: "%s"}
            spec: {storageClassName: zz, accessModes: [ReadWriteOnce]}
            status: {phase: Pending}
            ---
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: zz}
            provisioner: udisk.csi.ucloud.cn
            volumeBindingMode: WaitForFirstConsumer
            """
                .formatted(Shop.OTHER_NODE));
    shop.cluster().pagesOf(1);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  static List<String> lists() {
    return LISTS;
  }

  private static Set<Finding> faults(Facts facts) {
    return Checks.run(facts).stream()
        .filter(finding -> finding.code() != Code.UD190)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("lists")
  void whatIsNotReadIsNotFoundMissing(String list) {
    QUESTIONS.forEach((name, question) -> {
      shop.cluster().mend();
      Set<Finding> whole = faults(question.apply(shop));
      shop.cluster().trouble(list, 0, Trouble.FORBIDDEN);
      assertThat(whole).as(name).containsAll(faults(question.apply(shop)));
      shop.cluster().trouble(list, 1, Trouble.EXPIRED);
      assertThat(whole).as(name + ", in the middle").containsAll(faults(question.apply(shop)));
    });
  }

  @Test
  void onlyTheLeakIsFoundWhereAllIsRead() {
    assertThat(faults(shop.reader().cluster(EnumSet.allOf(Part.class))))
        .extracting(Finding::code)
        .containsExactly(Code.UD160);
  }

  @Test
  void noPlanActsOnHalfOfTheFacts() {
    shop.cluster().forbid("/apis/storage.k8s.io/v1/csidrivers");
    Links links = new Links(shop.reader().cluster(EnumSet.allOf(Part.class)));
    for (Plan plan :
        List.of(
            new Protect(""),
            new Rebind(Shop.VOLUME, ""),
            new Repair(Shop.VOLUME),
            new DropLeak("bsm-leak"),
            new Adopt("bsm-leak", "shop/imported", ""),
            new RecoverNode(Shop.NODE, false))) {
      assertThat(plan.prove(links))
          .as(plan.toString())
          .isInstanceOfSatisfying(
              Decision.Refused.class, refused -> assertThat(refused.key()).isEqualTo("plan.gap"));
    }
  }

  @Test
  void aDiskOfAVolumeThatCouldNotBeListedIsNeitherDroppedNorAdopted() {
    // The list ends before the volume that names the disk.
    shop.cluster().trouble("/api/v1/persistentvolumes", 1, Trouble.EXPIRED);
    String last = Stream.of(Shop.VOLUME, OTHER_VOLUME).max(String::compareTo).orElseThrow();
    String disk = last.equals(Shop.VOLUME) ? Shop.DISK : OTHER_DISK;
    shop.cloud().free(disk, "pvc-1_" + Shop.CLUSTER_ID);
    assertThat(Applied.in(shop, "leaks", "drop", disk).steps()).isEmpty();
    assertThat(Applied.in(shop, "adopt", disk, "--claim", "shop/imported").steps()).isEmpty();
    assertThat(Applied.in(shop, "leaks", "drop", disk).said())
        .contains("nothing is done, for persistentvolumes could not be read");
  }

  @Test
  void whereTheAttachmentsCannotBeListedNoVolumeIsBoundAgain() {
    shop.cluster()
        .patch(
            "/api/v1/persistentvolumes/" + Shop.VOLUME,
            "[{\"op\":\"replace\",\"path\":\"/status/phase\",\"value\":\"Released\"},"
                + "{\"op\":\"replace\",\"path\":\"/spec/claimRef/uid\",\"value\":\"old\"}]");
    shop.cloud().free(Shop.DISK, "x");
    assertThat(Applied.in(shop, "rebind", Shop.VOLUME, "--to", "shop/other").said())
        .contains("has an attachment");
    shop.cluster().forbid("/apis/storage.k8s.io/v1/volumeattachments");
    Applied applied = Applied.in(shop, "rebind", Shop.VOLUME, "--to", "shop/other");
    assertThat(applied.steps()).isEmpty();
    assertThat(applied.said()).contains("nothing is done, for ").contains("volumeattachments");
  }

  @Test
  void aDiskWhoseVolumesCannotBeListedIsNotSaidToBeOfNone() {
    shop.cluster().forbid("/api/v1/persistentvolumes");
    Ran ran = Ran.in(shop, "map", "disk/" + Shop.DISK);
    assertThat(ran.exitCode()).isEqualTo(4);
  }

  @Test
  void aDiskThatTheListOfTheRegionLacksIsAskedForByItsId() {
    shop.cloud().delete(OTHER_DISK);
    assertThat(faults(shop.reader().cluster(EnumSet.allOf(Part.class))))
        .extracting(Finding::code)
        .contains(Code.UD161);
    shop.cloud().hide(Shop.DISK);
    assertThat(faults(shop.reader().cluster(EnumSet.allOf(Part.class))))
        .filteredOn(finding -> finding.code() == Code.UD161)
        .extracting(finding -> finding.about().name())
        .containsExactly(OTHER_VOLUME);
  }

  @Test
  void partsOfTheFactsAreWholeOneByOne() {
    shop.cluster().trouble("/api/v1/nodes", 1, Trouble.EXPIRED);
    Facts.Scope scope = shop.reader().cluster(EnumSet.allOf(Part.class)).scope();
    assertThat(scope.allObjects()).isFalse();
    assertThat(scope.isWhole(Facts.ObjectKind.NODES)).isFalse();
    assertThat(
            scope.isWhole(Facts.ObjectKind.VOLUMES, Facts.ObjectKind.CLAIMS, Facts.ObjectKind.PODS))
        .isTrue();
  }
}
