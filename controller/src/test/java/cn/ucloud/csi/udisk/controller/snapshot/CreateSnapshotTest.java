package cn.ucloud.csi.udisk.controller.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeScheduling;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.Snapshots;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import cn.ucloud.csi.udisk.controller.model.SnapshotSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CreateSnapshotTest {
  private static final SnapshotSpec SPEC = spec("snapshot-1", "bsm-1");

  private VirtualTime time = new VirtualTime();
  private FakeDiskApi disks = new FakeDiskApi(time);
  private FakeSnapshotApi cloud = new FakeSnapshotApi(disks);
  private Snapshots snapshots = newProcess();

  @BeforeEach
  @BeforeTry
  void anAttachedDiskAndAnOldProcess() {
    time = new VirtualTime();
    disks = new FakeDiskApi(time);
    cloud = new FakeSnapshotApi(disks);
    snapshots = newProcess();
    disks.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of("uhost-a")));
    disks.put(FakeDiskApi.disk("bsm-2", "pvc-2", UDiskStatus.AVAILABLE, Optional.empty()));
    time.pass(FakeCloud.SETTLE);
  }

  @Test
  void itAnswersWhenTheCutIsMadeAndTellsLaterThatItIsReady() {
    long start = time.now();
    Snapshot cut = create();
    assertThat(Duration.ofNanos(time.now() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(cut.isReady()).isFalse();
    assertThat(cut.source()).isEqualTo(new VolumeId("bsm-1"));
    time.pass(Duration.ofSeconds(30));
    assertThat(create().isReady()).isTrue();
    assertThat(create().id()).isEqualTo(cut.id());
    assertThat(cloud.orders).containsExactly("snapshot bsm-1 snapshot-1_uk8s-x");
  }

  @Test
  void aSnapshotThatIsListedLateIsWaitedFor() {
    cloud.lag = Duration.ofSeconds(10);
    assertThat(create().id()).isEqualTo(new SnapshotId("bsSnap-1"));
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void aLostAnswerIsFoundByNameAndSource() {
    cloud.lag = Duration.ofSeconds(10);
    cloud.faults.add(new Fault.AnswerLost());
    create();
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void anOrderThatNeverArrivedIsRepeatedOnlyAfterItHasSettled() {
    cloud.faults.add(new Fault.OrderLost());
    long start = time.now();
    assertThatThrownBy(this::create).isInstanceOf(OutcomeUnknown.class);
    assertThat(Duration.ofNanos(time.now() - start)).isGreaterThanOrEqualTo(FakeCloud.SETTLE);
    create();
    assertThat(cloud.existing()).isEqualTo(1);
  }

  @Test
  void aProcessKilledAfterSendingIsFollowedByOneThatTakesNoSecond() {
    cloud.lag = Duration.ofSeconds(14);
    cloud.create(disks.find(new VolumeId("bsm-1")).orElseThrow(), "snapshot-1_uk8s-x");
    snapshots = newProcess();
    create();
    assertThat(cloud.existing()).isEqualTo(1);
  }

  @Test
  void aSnapshotThatIsNewerThanAYoungProcessIsTakenAtOnce() {
    FakeScheduling cluster = new FakeScheduling();
    cluster.knowEarlierSnapshots(Set.of());
    snapshots =
        new Snapshots(
            FakeCloud.storage(
                disks,
                cloud,
                new ClusterView(
                    NodeDirectory.none(), cluster, ForceDetachPolicy.none(), PublishedNodes.none()),
                time));
    String first = "snapshot-6a9c1f0e-0000-4000-8000-000000000001";
    String second = "snapshot-6a9c1f0e-0000-4000-8000-000000000002";
    long start = time.now();
    snapshots.create(spec(first, "bsm-1"), Progress.unwatched());
    assertThat(Duration.ofNanos(time.now() - start)).isLessThan(Duration.ofSeconds(5));
    // An order of this process itself still settles.
    cloud.faults.add(new Fault.OrderLost());
    start = time.now();
    assertThatThrownBy(() -> snapshots.create(spec(second, "bsm-1"), Progress.unwatched()))
        .isInstanceOf(OutcomeUnknown.class);
    assertThat(Duration.ofNanos(time.now() - start)).isGreaterThanOrEqualTo(FakeCloud.SETTLE);
  }

  @Property(tries = 100)
  void whateverIsLostLateOrKilledOneNameTakesOneSnapshot(
      @ForAll("faults") List<Optional<Fault>> faults,
      @ForAll @IntRange(min = 0, max = 14) int lagSeconds,
      @ForAll List<Boolean> restarts) {
    cloud.lag = Duration.ofSeconds(lagSeconds);
    for (int attempt = 0; ; attempt++) {
      if (attempt < faults.size()) {
        faults.get(attempt).ifPresent(cloud.faults::add);
      }
      if (attempt < restarts.size() && restarts.get(attempt)) {
        snapshots = newProcess();
      }
      try {
        create();
        break;
      } catch (DriverException.Uncertain e) {
        assertThat(attempt).as("attempts").isLessThan(20);
      }
    }
    time.pass(Duration.ofMinutes(5));
    assertThat(cloud.existing()).isEqualTo(1);
  }

  @Provide
  Arbitrary<List<Optional<Fault>>> faults() {
    Arbitrary<Fault> late =
        Arbitraries.integers().between(0, 60).map(s -> new Fault.Late(Duration.ofSeconds(s)));
    Arbitrary<Fault> lost = Arbitraries.of(new Fault.AnswerLost(), new Fault.OrderLost());
    return Arbitraries.oneOf(late, lost).optional(0.7).list().ofMaxSize(6);
  }

  @Test
  void aNameThatIsUsedForAnotherVolumeIsRefused() {
    create();
    assertThatThrownBy(() -> snapshots.create(spec("snapshot-1", "bsm-2"), Progress.unwatched()))
        .isInstanceOf(Incompatible.class)
        .hasMessage(
            "the snapshot bsSnap-1 named snapshot-1_uk8s-x is of volume bsm-1, not of bsm-2");
  }

  @Test
  void inAnAccountWithTwoThousandSnapshotsNoneButThoseOfTheSourceIsRead() {
    for (int i = 0; i < 2_000; i++) {
      cloud.put("bsSnap-other-" + i, "other-" + i, "bsm-other");
    }
    cloud.looks = 0;
    create();
    time.pass(Duration.ofMinutes(1));
    int disksRead = disks.looksById;
    assertThat(create().isReady()).isTrue();
    assertThat(disks.looksById).as("disks read for a repeat").isEqualTo(disksRead);
    assertThat(cloud.pages).isZero();
    assertThat(cloud.looks).isLessThanOrEqualTo(4);
  }

  @Test
  void aSnapshotOutlivesTheDiskInTheAnswerToo() {
    Snapshot cut = create();
    disks.remove("bsm-1");
    assertThat(create().id()).isEqualTo(cut.id());
    assertThatThrownBy(() -> snapshots.create(spec("snapshot-2", "bsm-1"), Progress.unwatched()))
        .isInstanceOf(NotFound.class)
        .hasMessage("volume bsm-1 does not exist");
  }

  @Test
  void theQuotaIsSaidAndUnreadableStateIsNeverFinal() {
    cloud.faults.add(new Fault.Refused(17011));
    assertThatThrownBy(this::create).isInstanceOf(PreconditionFailed.class);
    cloud.readFailure = Optional.of(new Unavailable("171"));
    assertThatThrownBy(this::create).isInstanceOf(Unavailable.class);
  }

  @Test
  void deletingNamesOneSnapshotAndMayBeRepeated() {
    Snapshot cut = create();
    assertThatThrownBy(() -> delete(cut)).isInstanceOf(OperationPending.class);
    time.pass(Duration.ofMinutes(1));
    cloud.faults.add(new Fault.AnswerLost());
    delete(cut);
    delete(cut);
    assertThat(cloud.existing()).isZero();
    assertThat(cloud.orders).filteredOn(order -> order.startsWith("delete")).hasSize(1);
  }

  @Test
  void aDeletionThatNeverArrivedIsToldAndOrderedAgain() {
    cloud.put("bsSnap-1", "s", "bsm-1");
    Snapshot cut = snapshots.find(new SnapshotId("bsSnap-1")).orElseThrow();
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> delete(cut)).isInstanceOf(OutcomeUnknown.class);
    delete(cut);
    assertThat(cloud.existing()).isZero();
  }

  @Test
  void snapshotsAreListedBySourceAlsoWhenItIsGone() {
    cloud.put("bsSnap-1", "a", "bsm-1");
    cloud.put("bsSnap-2", "b", "bsm-2");
    cloud.put("bsSnap-3", "c", "bsm-gone");
    assertThat(snapshots.of(new VolumeId("bsm-1"))).hasSize(1);
    assertThat(snapshots.of(new VolumeId("bsm-gone"))).hasSize(1);
    assertThat(snapshots.all()).hasSize(3);
  }

  private Snapshot create() {
    return snapshots.create(SPEC, Progress.unwatched());
  }

  private void delete(Snapshot snapshot) {
    snapshots.delete(snapshot.id(), Progress.unwatched());
  }

  private Snapshots newProcess() {
    return new Snapshots(FakeCloud.storage(disks, cloud, time));
  }

  private static SnapshotSpec spec(String name, String source) {
    return new SnapshotSpec(DiskName.of(name, "uk8s-x"), new VolumeId(source));
  }
}
