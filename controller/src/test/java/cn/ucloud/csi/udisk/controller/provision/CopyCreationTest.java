package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes made of snapshots and of other volumes, and what a source is kept from meanwhile. */
class CopyCreationTest {
  private static final ContentSource SNAPSHOT = new OfSnapshot(new SnapshotId("bsSnap-1"));
  private static final VolumeId VOLUME_ID = new VolumeId("bsm-src");
  private static final ContentSource VOLUME = new OfVolume(VOLUME_ID);

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi disks = new FakeDiskApi(time);
  private final FakeSnapshotApi snapshots = new FakeSnapshotApi(disks);
  private Volumes volumes = new Volumes(FakeCloud.storage(disks, snapshots, time));

  @BeforeEach
  void aDiskWithASnapshotAndAnOldProcess() {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.AVAILABLE, Optional.empty()));
    snapshots.put("bsSnap-1", "s", "bsm-src");
    time.pass(FakeCloud.SETTLE);
  }

  @Test
  void aSnapshotIsRestoredAndTheDiskItIsOfIsTold() {
    CreatedVolume made = create(spec(SNAPSHOT, 10));
    assertThat(made.contentOf()).contains(new VolumeId("bsm-src"));
    assertThat(made.volume().size()).isEqualTo(DiskSize.ofGib(10));
    assertThat(create(spec(SNAPSHOT, 10))).isEqualTo(made);
    assertThat(disks.orders).containsExactly("copy bsSnap-1 to pvc-1_uk8s-x with 10 GiB");
  }

  @Test
  void aVolumeIsClonedAndMayGrowOnTheWay() {
    CreatedVolume made = create(spec(VOLUME, 35));
    assertThat(made.contentOf()).contains(new VolumeId("bsm-src"));
    assertThat(made.volume().size()).isEqualTo(DiskSize.ofGib(40));
  }

  @Test
  void aCopyIsNeverSmallerThanItsSource() {
    assertThat(create(spec(SNAPSHOT, 1)).volume().size()).isEqualTo(DiskSize.ofGib(10));
  }

  @Test
  void aLimitBelowTheSourceIsOutOfRange() {
    assertThatThrownBy(() -> create(limited(VOLUME, 5)))
        .isInstanceOf(SizeOutOfRange.class)
        .hasMessageContaining("10 GiB, the smallest copy of volume bsm-src");
  }

  @Test
  void aLostAnswerMakesNoSecondCopy() {
    disks.lag = Duration.ofSeconds(10);
    disks.faults.add(new Fault.Late(Duration.ofSeconds(50)));
    create(spec(SNAPSHOT, 10));
    assertThat(disks.existing()).hasSize(2);
  }

  @Test
  void aCopyIsFoundAgainWhenItsSourceIsGone() {
    CreatedVolume made = create(spec(SNAPSHOT, 10));
    snapshots.delete(snapshots.find(new SnapshotId("bsSnap-1")).orElseThrow());
    CreatedVolume again = create(spec(SNAPSHOT, 10));
    assertThat(again.volume()).isEqualTo(made.volume());
    assertThat(again.contentOf()).isEmpty();
  }

  @Test
  void aMissingSourceIsTold() {
    assertThatThrownBy(() -> create(spec(new OfSnapshot(new SnapshotId("bsSnap-no")), 10)))
        .isInstanceOf(NotFound.class)
        .hasMessage("snapshot bsSnap-no does not exist");
    assertThatThrownBy(() -> create(spec(new OfVolume(new VolumeId("bsm-no")), 10)))
        .isInstanceOf(NotFound.class)
        .hasMessage("volume bsm-no does not exist");
  }

  @Test
  void aMissingSourceIsNotFinalWhileAnEarlierCopyMayStillAppear() {
    disks.lag = Duration.ofSeconds(14);
    var _ = disks.copy(SNAPSHOT, FakeDiskApi.ZONE, DiskSize.ofGib(10), spec(SNAPSHOT, 10));
    snapshots.delete(snapshots.find(new SnapshotId("bsSnap-1")).orElseThrow());
    volumes = new Volumes(FakeCloud.storage(disks, snapshots, time));
    assertThat(create(spec(SNAPSHOT, 10)).volume().id()).isEqualTo(new VolumeId("bsm-2"));
  }

  @Test
  void aSnapshotThatIsNotReadyIsWaitedFor() {
    snapshots.put("bsSnap-1", "s", "bsm-src", time.now());
    create(spec(SNAPSHOT, 10));
    assertThat(disks.orders).containsExactly("copy bsSnap-1 to pvc-1_uk8s-x with 10 GiB");
  }

  @Test
  void aSourceThatIsBeingDetachedIsWaitedFor() {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.INUSE, Optional.of("uhost-a")));
    time.pass(Duration.ofSeconds(1));
    disks.detach(disks.find(new VolumeId("bsm-src")).orElseThrow(), "uhost-a");
    create(spec(VOLUME, 10));
    assertThat(disks.existing()).hasSize(2);
  }

  @Test
  void aSourceThatNeverGetsReadyIsNotWaitedForForEver() {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.CLONING, Optional.empty()));
    assertThatThrownBy(() -> create(spec(VOLUME, 10)))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("volume bsm-src is CLONING");
  }

  @Test
  void aClaimOf15GiIsClonedInItsOwnSize() {
    disks.put(FakeDiskApi.withSize(disks.find(VOLUME_ID).orElseThrow(), DiskSize.ofGib(20)));
    assertThat(create(spec(VOLUME, 15)).volume().size()).isEqualTo(DiskSize.ofGib(20));
  }

  @Test
  void zoneAndTypeAreTheSources() {
    assertThatThrownBy(() -> create(spec(SNAPSHOT, 10, DiskType.SSD, "cn-bj2-05")))
        .isInstanceOf(LimitReached.class)
        .hasMessage(
            "snapshot bsSnap-1 is in zone cn-bj2-02 and can be copied only there, not to cn-bj2-05;"
                + " let the allowedTopologies of its StorageClass allow zone cn-bj2-02");
    assertThatThrownBy(() -> create(spec(SNAPSHOT, 10, DiskType.RSSD, FakeDiskApi.ZONE)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("parameters.type must allow ssd");
    assertThat(disks.orders).isEmpty();
  }

  @Test
  void aDiskThatIsDeletedWhileItsCreationIsRepeatedIsNotWaitedFor() {
    VolumeId made = create(spec(SNAPSHOT, 10)).volume().id();
    Progress deleting =
        new Progress() {
          @Override
          public void at(String stage) {}

          @Override
          public void sending() {}

          @Override
          public void alsoHold(String key) {}

          @Override
          public Hold share(String key) {
            return () -> {};
          }

          @Override
          public Hold takeTurn(String key) {
            disks.remove(made.value());
            return () -> {};
          }
        };
    assertThatThrownBy(() -> volumes.create(spec(SNAPSHOT, 10), deleting))
        .isInstanceOf(OperationPending.class)
        .hasMessage("disk " + made + " was deleted meanwhile");
  }

  @Test
  void aVolumeWithSnapshotsIsKeptAndTheyAreNamed() {
    assertThatThrownBy(() -> volumes.delete(new VolumeId("bsm-src"), Progress.unwatched()))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("bsm-src has snapshots that may be lost with it: bsSnap-1");
    snapshots.delete(snapshots.find(new SnapshotId("bsSnap-1")).orElseThrow());
    volumes.delete(new VolumeId("bsm-src"), Progress.unwatched());
    assertThat(disks.existing()).isEmpty();
  }

  @Test
  void aSettingLetsVolumesWithSnapshotsGo() {
    new Volumes(
            Storage.of(
                disks,
                snapshots,
                ClusterView.none(),
                Timing.withSettle(FakeCloud.SETTLE),
                DeletionRule.DELETE_WITH_SNAPSHOTS,
                time,
                Runnable::run))
        .delete(new VolumeId("bsm-src"), Progress.unwatched());
    assertThat(disks.existing()).isEmpty();
  }

  private CreatedVolume create(VolumeSpec spec) {
    return volumes.create(spec, Progress.unwatched());
  }

  private static VolumeSpec spec(ContentSource source, int gib) {
    return spec(source, gib, DiskType.SSD, FakeDiskApi.ZONE);
  }

  private static VolumeSpec spec(ContentSource source, int gib, DiskType type, String zone) {
    long bytes = DiskSize.ofGib(gib).bytes();
    return spec(
        source, new Capacity(DiskSize.smallestMadeFor(bytes), bytes, Optional.empty()), type, zone);
  }

  private static VolumeSpec limited(ContentSource source, int gib) {
    Optional<Long> limit = Optional.of(DiskSize.ofGib(gib).bytes());
    return spec(
        source, new Capacity(DiskSize.ofGib(gib), 0, limit), DiskType.SSD, FakeDiskApi.ZONE);
  }

  private static VolumeSpec spec(
      ContentSource source, Capacity capacity, DiskType type, String zone) {
    return new VolumeSpec(
        DiskName.of("pvc-1", "uk8s-x"),
        capacity,
        new DiskPlan(List.of(type), DiskTerms.PLAIN, Optional.empty()),
        List.of(zone),
        Optional.of(source));
  }
}
