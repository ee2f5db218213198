package cn.ucloud.csi.udisk.controller.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.health.HealthProblem;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakePublishedNodes;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.health.VolumeHealth.Sick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cloud and cluster show against a volume, and that no request is sent for it. */
class VolumeHealthTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final VolumeId GONE = new VolumeId("bsm-gone");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final FakePublishedNodes cluster = new FakePublishedNodes();
  private final AtomicInteger pages = new AtomicInteger();
  private final List<UDisk> unpaid = new ArrayList<>();
  private final Storage storage =
      FakeCloud.storage(
          cloud,
          new FakeSnapshotApi(cloud),
          new ClusterView(
              NodeDirectory.none(), Scheduling.none(), ForceDetachPolicy.none(), cluster),
          time);
  private final VolumeHealth health =
      new VolumeHealth(storage.volumes(), cluster, () -> List.copyOf(unpaid));

  @BeforeEach
  void aVolumeInUseAndADiskOfOthers() {
    put("bsm-1", UDiskStatus.INUSE, Optional.of("uhost-a"));
    put("bsm-other", UDiskStatus.FAILED, Optional.empty());
    cluster.volumes.add(DISK);
    cloud.betweenPages = pages::incrementAndGet;
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void nothingIsKnownAgainstAVolumeInUseAndOthersDisksAreNotTold() {
    assertThat(health.all()).isEmpty();
    assertThat(health.find(DISK)).hasValue(List.of());
  }

  @ParameterizedTest
  @CsvSource({"FAILED, DiskFailed", "RESTOREFAILED, RestoreFailed", "RESTORING, Restoring"})
  void whatNoNodeCanAttachIsInaccessible(UDiskStatus status, String reason) {
    put("bsm-1", status, Optional.empty());
    assertThat(found()).extracting(HealthProblem::reason).containsExactly(reason);
    assertThat(found()).noneMatch(HealthProblem::isUsable);
    assertThat(health.all())
        .extracting(Sick::volume, Sick::problems)
        .containsExactly(tuple(DISK, found()));
  }

  @Test
  void aDiskThatTheCloudDoesNotKnowIsTold() {
    cluster.volumes.add(GONE);
    assertThat(health.all()).extracting(Sick::volume).containsExactly(GONE);
    HealthProblem problem = health.find(GONE).orElseThrow().getFirst();
    assertThat(problem.reason()).isEqualTo("VolumeNotFound");
    assertThat(problem.isUsable()).isFalse();
    assertThat(health.all().getFirst().problems()).containsExactly(problem);
  }

  @Test
  void whatNeitherCloudNorClusterKnowIsNoVolume() {
    assertThat(health.find(GONE)).isEmpty();
  }

  @Test
  void aDiskOnAHostOfOthersIsTold() {
    cluster.foreign.add(new NodeId("uhost-a"));
    assertThat(found()).extracting(HealthProblem::reason).containsExactly("AttachedElsewhere");
    assertThat(found().getFirst().sentence()).contains("bsm-1", "uhost-a", "no node of this");
  }

  @Test
  void aKeyThatCannotBeUsedLetsADiskGoOnUntilItIsDetached() {
    cloud.locked.add("bsm-1");
    assertThat(found()).extracting(HealthProblem::reason).containsExactly("EncryptionKeyUnusable");
    assertThat(found()).allMatch(HealthProblem::isUsable);
    put("bsm-1", UDiskStatus.AVAILABLE, Optional.empty());
    time.pass(Duration.ofMinutes(3));
    assertThat(found()).extracting(HealthProblem::reason).containsExactly("EncryptionKeyUnusable");
    assertThat(found()).noneMatch(HealthProblem::isUsable);
  }

  @Test
  void anUnpaidDiskIsUsableAndToldWithAllElse() {
    cloud.paidUntil.put("bsm-1", Instant.EPOCH);
    unpaid.add(
        cloud.billed(0).items().stream().filter(d -> d.id().equals("bsm-1")).findFirst().get());
    cluster.foreign.add(new NodeId("uhost-a"));
    assertThat(found())
        .extracting(HealthProblem::reason, HealthProblem::isUsable)
        .containsExactly(tuple("AttachedElsewhere", false), tuple("DiskExpired", true));
    assertThat(found().getLast().sentence()).contains("1970-01-01", "ten days");
  }

  /** The attacher has the list read once a minute. */
  @Test
  void noRequestIsSentForItWhileOthersHaveTheListRead() {
    for (int i = 0; i < 100; i++) {
      cluster.volumes.add(new VolumeId("bsm-gone-" + i));
    }
    storage.volumes().all();
    time.pass(Duration.ofMinutes(2));
    int looks = cloud.looksById;
    int lists = pages.get();
    assertThat(health.all()).hasSize(100);
    cluster.volumes.forEach(volume -> assertThat(health.find(volume)).isPresent());
    assertThat(cloud.looksById).isEqualTo(looks);
    assertThat(pages).hasValue(lists);
  }

  @Test
  void aVolumeThatIsYoungerThanTheListIsReadByItself() {
    assertThat(health.all()).isEmpty();
    put("bsm-2", UDiskStatus.AVAILABLE, Optional.empty());
    VolumeId young = new VolumeId("bsm-2");
    cluster.volumes.add(young);
    assertThat(health.find(young)).hasValue(List.of());
  }

  /** Whoever is told that all is well forgets what was wrong. */
  @Test
  void whenCloudOrClusterAreNotKnownNothingIsCalledWell() {
    cluster.isKnown = () -> false;
    assertThatThrownBy(health::all).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> health.find(DISK)).isInstanceOf(Unavailable.class);
    cluster.isKnown = () -> true;
    cloud.readFailure = Optional.of(new Unavailable("no route"));
    assertThatThrownBy(health::all).hasMessage("no route");
    assertThatThrownBy(() -> health.find(DISK)).hasMessage("no route");
  }

  private List<HealthProblem> found() {
    return health.find(DISK).orElseThrow();
  }

  private void put(String id, UDiskStatus status, Optional<String> host) {
    cloud.put(FakeDiskApi.disk(id, "pvc-" + id, status, host));
  }
}
