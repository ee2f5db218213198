package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import cn.ucloud.csi.udisk.admin.fixture.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A test volume's whole life, what it does where something fails, and that nothing is left. */
class SmokeTest {
  private static final String CLASS = "/apis/storage.k8s.io/v1/storageclasses/ssd-csi-udisk";
  private static final String LONG_AGO = Shop.NOW.minus(Duration.ofMinutes(11)).toString();

  private final Shop shop = Shop.open();

  @AfterEach
  void close() {
    shop.close();
  }

  private Trial trial() {
    return new Trial(shop);
  }

  private void snapshotClass() {
    shop.cluster()
        .put(
            """
            apiVersion: snapshot.storage.k8s.io/v1
            kind: VolumeSnapshotClass
            metadata: {name: a-retain}
            driver: udisk.csi.ucloud.cn
            deletionPolicy: Retain
            ---
            apiVersion: snapshot.storage.k8s.io/v1
            kind: VolumeSnapshotClass
            metadata: {name: csi-udisk}
            driver: udisk.csi.ucloud.cn
            deletionPolicy: Delete
            """);
  }

  private void nothingIsLeft(Trial trial) {
    assertThat(trial.objects()).isEmpty();
    assertThat(shop.cloud().ids()).containsExactly(Shop.DISK);
  }

  private static List<String> linesOfARun() {
    try (InputStream lines = SmokeTest.class.getResourceAsStream("smoke-lines.txt")) {
      return new String(Objects.requireNonNull(lines).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nothingIsMadeWithoutApply() {
    Ran ran = Ran.in(shop, "smoke", "-n", "shop");
    assertThat(ran.out())
        .isEqualTo(
            """
            a test volume of class ssd-csi-udisk would live its whole life in namespace shop: 10 GiB, made, attached, written to, detached, attached again and read; grown: 10 → 20 GiB; copied by a snapshot of class: -; all deleted at last, with its disks, which cost money for these minutes
            Nothing changed. To do it: --apply
            """);
    assertThat(ran.exitCode()).isZero();
    assertThat(Ran.speaking("zh", shop, "smoke", "-n", "shop").out()).contains("测试卷走完一生");
  }

  @Test
  void aVolumeLivesItsWholeLife() {
    snapshotClass();
    Trial trial = trial().run();
    assertThat(trial.said())
        .isEqualTo(
            """
            udisk-smoke-1-1, in namespace shop, of class ssd-csi-udisk
             ✓ volume made             0s   disk bsm-1, ssd-csi-udisk
             ✓ attached                0s   to 10.9.184.108
             ✓ mounted and written     0s
             ✓ detached                0s
             ✓ attached again          0s   to 10.9.184.108
             ✓ the same data read      0s
             ✓ grown while mounted     0s
             ✓ snapshot taken          0s
             ✓ restored and read       0s
             ✓ all deleted; the cloud knows these disks no longer: bsm-1, bsm-2. In all 0s
            """);
    assertThat(trial.exitCode()).isZero();
    assertThat(
            trial.lines().stream()
                .map(line -> line.replace(Trial.RUN, "RUN").replaceAll("[0-9a-f-]{36}", "UID"))
                .toList())
        .as("the test of the plugin carries these out")
        .isEqualTo(linesOfARun());
    nothingIsLeft(trial);
  }

  @Test
  void itTellsOfItInChinese() {
    snapshotClass();
    assertThat(trial().speaking("zh").run().said())
        .isEqualTo(
            """
            udisk-smoke-1-1，命名空间 shop，类 ssd-csi-udisk
             ✓ 卷已创建          0s   磁盘 bsm-1，ssd-csi-udisk
             ✓ 已挂接            0s   在 10.9.184.108
             ✓ 已挂载并写入      0s
             ✓ 已卸载            0s
             ✓ 已再次挂接        0s   在 10.9.184.108
             ✓ 读出的数据一致    0s
             ✓ 使用中扩容        0s
             ✓ 快照已完成        0s
             ✓ 已恢复并读取      0s
             ✓ 已全部删除；云上已没有这些磁盘：bsm-1, bsm-2。共 0s
            """);
  }

  @Test
  void withoutGrowthAndSnapshotsItDoesWithoutThem() {
    shop.cluster()
        .patch(CLASS, "[{\"op\":\"replace\",\"path\":\"/allowVolumeExpansion\",\"value\":false}]");
    Trial trial = trial().run();
    assertThat(trial.exitCode()).isZero();
    assertThat(trial.said())
        .contains("the same data read", "all deleted")
        .doesNotContain("grown", "snapshot");
    nothingIsLeft(trial);
  }

  /** The second pod is made only when the cloud itself says that the disk is free. */
  @Test
  void theSecondPodWaitsUntilTheDiskIsOffItsHost() {
    Trial trial = trial();
    trial
        .with(of -> {
          if (of.said().contains("mounted and written")) {
            shop.cloud().inUse("bsm-1", "x", Shop.HOST, "vdb");
          }
        })
        .run();
    assertThat(trial.said()).endsWith("mounted and written     0s\n");
    assertThat(trial.lines()).noneMatch(line -> line.contains("-read\t"));
  }

  @Test
  void dataThatIsNotTheSameIsSaidAndEverythingDeleted() {
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: Event
            metadata: {name: e1, namespace: shop}
            involvedObject: {kind: Pod, namespace: shop, name: udisk-smoke-1-1-read}
            type: Warning
            reason: FailedMount
            message: as the test says
            lastTimestamp: "2026-11-30T11:59:00Z"
            ---
            apiVersion: v1
            kind: Event
            metadata: {name: e2, namespace: shop}
            involvedObject: {kind: Pod, namespace: shop, name: mysql-0}
            type: Warning
            reason: Other
            message: of somebody else
            lastTimestamp: "2026-11-30T11:59:00Z"
            """);
    Trial trial = trial().with(of -> of.fail("read", "the data that was read is not")).run();
    assertThat(trial.said())
        .contains(" ✗ pod udisk-smoke-1-1-read has failed: the data that was read is not\n")
        .contains("pvc shop/udisk-smoke-1-1\n ✓  claim bound")
        .contains("  Pod/udisk-smoke-1-1-read FailedMount: as the test says\n")
        .doesNotContain("of somebody else")
        .endsWith(
            "the test has failed, as is said above; all of it is deleted, and the cloud knows these disks no longer: bsm-1\n");
    assertThat(trial.exitCode()).isEqualTo(3);
    nothingIsLeft(trial);
  }

  /** The scheduler's events tell microseconds, all others whole seconds. */
  @Test
  void whatWasSaidOfItIsInTheOrderOfTime() {
    String event =
        """
        apiVersion: v1
        kind: Event
        metadata: {name: %s, namespace: shop}
        involvedObject: {kind: Pod, namespace: shop, name: udisk-smoke-1-1-read}
        reason: %s
        message: said
        %s
        """;
    String second = "lastTimestamp: \"2026-11-30T11:59:00Z\"";
    shop.cluster()
        .put(
            String.join(
                "---\n",
                event.formatted("e9", "First", "eventTime: \"2026-11-30T11:59:00.700000Z\""),
                event.formatted("e1", "Second", second),
                event.formatted("e5", "Third", second),
                event.formatted("e3", "Fourth", second),
                event.formatted(
                    "e0",
                    "Last",
                    "eventTime: \"2026-11-30T11:00:00.000000Z\"\n"
                        + "series: {count: 3, lastObservedTime: \"2026-11-30T11:59:01.000000Z\"}")));
    Trial trial = trial().with(of -> of.fail("read", "no")).run();
    assertThat(trial.said().lines().filter(line -> line.endsWith(": said")))
        .extracting(line -> line.replaceAll(".* (\\w+): said", "$1"))
        .containsExactly("First", "Second", "Third", "Fourth", "Last");
  }

  @Test
  void aStageThatIsNeverDoneEndsItAndShowsHowFarItIs() {
    Trial trial = trial();
    trial.noting("began " + LONG_AGO).noting("class ssd-csi-udisk").with(of -> {});
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: udisk-smoke-1-1, namespace: shop, labels: {app.kubernetes.io/name: udisk-smoke}}
            spec: {storageClassName: ssd-csi-udisk}
            status: {phase: Pending}
            """);
    trial.stuck().run();
    assertThat(trial.said())
        .contains(" ✗ not done after 10 minutes. How far it is:\npvc shop/udisk-smoke-1-1\n")
        .contains("waits for")
        .contains("the test has failed");
    assertThat(trial.exitCode()).isEqualTo(3);
    nothingIsLeft(trial);
  }

  @Test
  void whatAnEarlierRunHasLeftIsDeletedFirst() {
    Trial earlier =
        trial()
            .with(of -> {
              if (of.said().contains("mounted and written")) {
                throw new IllegalStateException("killed");
              }
            });
    try {
      earlier.run();
    } catch (IllegalStateException e) {
      assertThat(earlier.objects()).isNotEmpty();
    }
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: udisk-smoke-0-0-write, namespace: shop, labels: {app.kubernetes.io/name: udisk-smoke}}
            spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: udisk-smoke-0-0}}]}
            status: {phase: Succeeded}
            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: udisk-smoke-0-0, namespace: shop, labels: {app.kubernetes.io/name: udisk-smoke}}
            status: {phase: Pending}
            """);
    Trial second = trial().run();
    assertThat(second.said())
        .contains("left by an earlier run, and deleted first: pod/udisk-smoke-0-0-write")
        .contains("all deleted");
    assertThat(second.exitCode()).isZero();
    assertThat(second.objects()).noneMatch(path -> path.contains("udisk-smoke-0-0"));
  }

  @Test
  void whatCannotBeDeletedIsNamed() {
    Trial trial = trial();
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: udisk-smoke-0-0
              namespace: shop
              labels: {app.kubernetes.io/name: udisk-smoke}
              deletionTimestamp: "2026-11-30T11:00:00Z"
              finalizers: [of-somebody]
            status: {phase: Pending}
            """);
    trial.noting("tidying " + LONG_AGO).stuck().run();
    assertThat(trial.said()).contains("still there after 10 minutes: pvc/udisk-smoke-0-0");
    assertThat(trial.exitCode()).isEqualTo(3);
    assertThat(trial.lines()).isEmpty();
  }

  /** Disks are counted as gone only if the cloud says so. */
  @Test
  void aDiskThatIsNotGoneIsNamed() {
    Trial trial =
        trial()
            .noting("began " + LONG_AGO)
            .noting("disk pvc-1 bsm-7")
            .noting("failed " + LONG_AGO)
            .noting("cleaning " + LONG_AGO);
    shop.cloud().free("bsm-7", "pvc-1_" + Shop.CLUSTER_ID);
    assertThat(trial.run().said()).contains("still there after 10 minutes: disk/bsm-7");
    Trial silent = trial().noting("disk pvc-1 bsm-8").noting("failed " + Shop.NOW);
    shop.cloud().refuse(Gap.Kind.CLOUD_UNREACHABLE, "no answer");
    assertThat(silent.run().exitCode()).as("waits").isEqualTo(-1);
  }

  private void refused(String sentence, String... more) {
    Trial trial = trial().run(more);
    assertThat(trial.said()).contains(sentence);
    assertThat(trial.exitCode()).isEqualTo(3);
    assertThat(trial.lines()).isEmpty();
  }

  @Test
  void aClassThatWouldLeaveADiskIsRefused() {
    refused("there is no StorageClass none", "--class", "none");
    shop.cluster()
        .put(
            """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: others}
            provisioner: other.csi.example
            """);
    refused("StorageClass others is another driver's: other.csi.example", "--class", "others");
    shop.cluster()
        .patch(CLASS, "[{\"op\":\"replace\",\"path\":\"/reclaimPolicy\",\"value\":\"Retain\"}]");
    refused("keeps the disks of deleted volumes", "--class", "ssd-csi-udisk");
    refused("no StorageClass of this driver deletes its disks");
  }

  @Test
  void whereTheClusterCannotBeReadNothingIsMade() {
    shop.cluster().trouble("/api/v1/namespaces/shop/pods", 0, Trouble.FORBIDDEN);
    Trial trial = trial().run();
    assertThat(trial.said()).contains("nothing is done, for pods could not be read");
    assertThat(trial.exitCode()).isEqualTo(4);
    assertThat(trial.lines()).isEmpty();
  }

  @Test
  void allNamespacesIsWrongUsage() {
    assertThat(Ran.in(shop, "smoke", "-A").exitCode()).isEqualTo(2);
    assertThat(Ran.in(shop, "smoke", "-n", "a b").exitCode()).isEqualTo(2);
  }
}
