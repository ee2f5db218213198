package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.fixture.FakeCluster;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FlexVolumes of a shop, which become volumes of this driver with the same disks. */
class MigrateFlexvTest {
  private static final String VOLUMES = "/api/v1/persistentvolumes/";
  private static final String CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims/";

  private final Shop shop = Shop.open();
  private final FakeCluster cluster = shop.cluster();

  @BeforeEach
  void fill() {
    flex("pv-a", "data-a", "bs-a");
    flex("pv-b", "data-b", "bs-b");
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private void flex(String volume, String claim, String disk) {
    shop.cloud().free(disk, "flexv-" + disk);
    cluster.put(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: %1$s, labels: {team: storage}, finalizers: [kubernetes.io/pv-protection]}
        spec:
          accessModes: [ReadWriteOnce]
          capacity: {storage: 20Gi}
          claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: shop, name: %2$s, uid: uid-%2$s}
          flexVolume: {driver: ucloud/flexv, fsType: ext4, options: {diskId: %3$s}}
          mountOptions: [noatime]
          persistentVolumeReclaimPolicy: Delete
          storageClassName: ssd-flexv
        status: {phase: Bound}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: %2$s
          namespace: shop
          uid: uid-%2$s
          labels: {app: mysql}
          finalizers: [kubernetes.io/pvc-protection]
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 20Gi}}
          storageClassName: ssd-flexv
          volumeName: %1$s
        status: {phase: Bound}
        """
            .formatted(volume, claim, disk));
  }

  /** What the volume controllers do: what is deleted goes, and who belongs together is bound. */
  private static void live(FakeCluster cluster) {
    for (String path : cluster.paths()) {
      boolean isGone =
          path.contains("/persistentvolume")
              && cluster.find(path).orElseThrow().at("/metadata/deletionTimestamp").isTextual();
      if (isGone) {
        cluster.patch(path, "[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]");
      }
    }
    for (String path : cluster.paths()) {
      if (path.startsWith(VOLUMES)) {
        phase(cluster, path);
      }
    }
  }

  private static void phase(FakeCluster cluster, String path) {
    JsonNode volume = cluster.find(path).orElseThrow();
    String name = path.substring(VOLUMES.length());
    String claim = CLAIMS + volume.at("/spec/claimRef/name").asText();
    boolean isBound =
        cluster
            .find(claim)
            .filter(found -> found.at("/spec/volumeName").asText().equals(name))
            .isPresent();
    String phase =
        isBound ? "Bound" : volume.at("/spec/claimRef/uid").isTextual() ? "Released" : "Available";
    cluster.patch(
        path,
        "[{\"op\":\"add\",\"path\":\"/status\",\"value\":{\"phase\":\"%s\"}}]".formatted(phase));
  }

  private void assertMigrated(String volume, String claim, String disk) {
    assertThat(cluster.find(VOLUMES + volume)).isEmpty();
    JsonNode made = cluster.find(VOLUMES + volume + "-csi").orElseThrow();
    assertThat(made.at("/metadata/labels/team").asText()).isEqualTo("storage");
    assertThat(made.at("/spec/csi/driver").asText()).isEqualTo("udisk.csi.ucloud.cn");
    assertThat(made.at("/spec/csi/volumeHandle").asText()).isEqualTo(disk);
    assertThat(made.at("/spec/csi/fsType").asText()).isEqualTo("ext4");
    assertThat(made.at("/spec/capacity/storage").asText()).isEqualTo("20Gi");
    assertThat(made.at("/spec/mountOptions/0").asText()).isEqualTo("noatime");
    assertThat(made.at("/spec/persistentVolumeReclaimPolicy").asText()).isEqualTo("Retain");
    assertThat(made.at("/spec/storageClassName").asText()).isEqualTo("ssd-flexv");
    assertThat(made.at("/spec/nodeAffinity").toString()).contains("cn-bj2-02");
    JsonNode again = cluster.find(CLAIMS + claim).orElseThrow();
    assertThat(again.at("/spec/volumeName").asText()).isEqualTo(volume + "-csi");
    assertThat(again.at("/spec/storageClassName").asText()).isEqualTo("ssd-flexv");
    assertThat(again.at("/metadata/labels/app").asText()).isEqualTo("mysql");
    assertThat(again.at("/metadata/uid").asText()).isNotEqualTo("uid-" + claim);
  }

  @Test
  void aFlexVolumeBecomesAVolumeOfThisDriverWithTheSameDiskAndClaim() {
    Applied applied = Applied.in(shop, MigrateFlexvTest::live, "migrate-flexv", "pv-a");
    assertThat(applied.exitCode()).as(applied.said()).isZero();
    assertThat(applied.steps())
        .extracting(step -> step.substring(0, step.indexOf('\t')))
        .containsExactly("patch", "create", "delete", "delete", "create");
    assertMigrated("pv-a", "data-a", "bs-a");
    assertThat(cluster.find(VOLUMES + "pv-b-csi")).isEmpty();
    assertThat(applied.said())
        .isEqualTo(
            "volume pv-a is pv-a-csi now, bound to claim shop/data-a;"
                + " its workload can be scaled up\n");
    shop.cloud().inUse("bs-a", "flexv-bs-a", Shop.HOST, "vdc");
    assertThat(Applied.in(shop, "migrate-flexv", "pv-a").steps()).isEmpty();
  }

  /** Ended after so many rounds, by whatever. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void whatWasCutShortGoesOnWhereThingsAre(int rounds) {
    int[] left = {rounds};
    try {
      Applied.in(
          shop,
          _ -> {
            if (--left[0] == 0) {
              throw new IllegalStateException("cut short");
            }
            live(cluster);
          },
          "migrate-flexv",
          "-n",
          "shop");
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("cut short");
    }
    live(cluster);
    assertThat(Applied.in(shop, MigrateFlexvTest::live, "migrate-flexv", "-n", "shop").exitCode())
        .isZero();
    assertMigrated("pv-a", "data-a", "bs-a");
    assertMigrated("pv-b", "data-b", "bs-b");
  }

  @Test
  void ofANamespaceWhatIsUsedIsLeftAndSaidAtTheEnd() {
    shop.pod("mysql-a", "data-a", Shop.NODE, true);
    Applied applied = Applied.in(shop, MigrateFlexvTest::live, "migrate-flexv", "-n", "shop");
    assertMigrated("pv-b", "data-b", "bs-b");
    assertThat(cluster.find(VOLUMES + "pv-a-csi")).isEmpty();
    assertThat(applied.exitCode()).isEqualTo(3);
    assertThat(applied.said())
        .contains("pods use claim shop/data-a: shop/mysql-a; scale their workload to 0 first");
  }

  @Test
  void aDiskThatIsTakenBetweenTwoLooksIsLeft() {
    Applied applied =
        Applied.in(
            shop,
            alive -> {
              live(alive);
              shop.cloud().inUse("bs-a", "x", "uhost-elsewhere", "vdb");
            },
            "migrate-flexv",
            "pv-a");
    assertThat(applied.said()).contains("disk bs-a is not free: INUSE uhost-elsewhere");
    assertThat(cluster.find(CLAIMS + "data-a")).isPresent();
    assertThat(cluster.find(VOLUMES + "pv-a")).isPresent();
  }

  @Test
  void withoutApplyEachVolumeIsShownAndNothingChanges() {
    shop.pod("mysql-b", "data-b", Shop.NODE, true);
    int before = cluster.paths().size();
    Ran ran = Ran.in(shop, "migrate-flexv", "-n", "shop");
    assertThat(
            ran.out()
                .replaceAll("(uid|resourceVersion)\",\"value\":\"[^\"]*", "$1\",\"value\":\"…"))
        .isEqualTo(
            """
            volume pv-a would lose its disk bs-a when it is deleted; it is set to Retain:
            Then a volume of this driver is made for the disk, the old claim and volume are deleted once their YAML is saved here, and the claim is made again.
              kubectl patch persistentvolume pv-a --type=json -p '[{"op":"test","path":"/metadata/uid","value":"…"},{"op":"test","path":"/metadata/resourceVersion","value":"…"},{"op":"replace","path":"/spec/persistentVolumeReclaimPolicy","value":"Retain"}]'
            pods use claim shop/data-b: shop/mysql-b; scale their workload to 0 first
            Nothing changed. To do it: --apply
            """);
    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(cluster.paths()).hasSize(before);
    assertThat(Ran.speaking("zh", shop, "migrate-flexv", "pv-b").out())
        .isEqualTo("有 Pod 在使用 PVC shop/data-b：shop/mysql-b；请先把它们的工作负载缩为 0\n");
  }

  @Test
  void aNamespaceOfManyVolumesIsMigratedToItsEnd() {
    for (int i = 0; i < 25; i++) {
      flex("pv-n" + i, "data-n" + i, "bs-n" + i);
    }
    int before = shop.cloud().requests();
    Ran ran = Ran.in(shop, "--next", "--confirmed=shop", "migrate-flexv", "-n", "shop", "--apply");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).startsWith("patch\tpersistentvolume\t-\tpv-a");
    assertThat(shop.cloud().requests() - before).as("of two looks").isLessThanOrEqualTo(40);
  }
}
