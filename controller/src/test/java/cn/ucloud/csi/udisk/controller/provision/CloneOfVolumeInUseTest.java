package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeScheduling;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.Placement;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clones of a volume that a pod uses, by a snapshot that nobody sees afterwards. */
class CloneOfVolumeInUseTest {
  private static final String UID = "6a9c1f0e-0000-4000-8000-000000000001";
  private static final VolumeId SOURCE = new VolumeId("bsm-src");
  private static final String INTERIM = "pvc-" + UID + "_clone_uk8s-x";
  private static final String CLONE = "pvc-" + UID + "_uk8s-x";
  private static final Claim CLAIM = new Claim("shop", "data", "pvc-" + UID);

  /** The controller, at a moment of its life. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private VirtualTime time = new VirtualTime();
  private FakeDiskApi disks = new FakeDiskApi(time);
  private FakeSnapshotApi snapshots = new FakeSnapshotApi(disks);
  private FakeScheduling cluster = new FakeScheduling();
  private final List<String> told = new ArrayList<>();
  private Volumes volumes = process();

  @BeforeEach
  void aVolumeInUseANewClaimAndAnOldProcess() {
    time = new VirtualTime();
    disks = new FakeDiskApi(time);
    snapshots = new FakeSnapshotApi(disks);
    cluster = new FakeScheduling();
    told.clear();
    cluster.setClaim(UID, Optional.empty(), false);
    sourceIsUsed();
    time.pass(FakeCloud.SETTLE);
    volumes = process();
    time.pass(FakeCloud.SETTLE);
  }

  @Test
  void itIsMadeOfASnapshotThatIsGoneAfterwards() {
    CreatedVolume made = create(spec(10));
    assertThat(made.contentOf()).contains(SOURCE);
    assertThat(snapshots.orders).containsExactly("snapshot bsm-src " + INTERIM, "delete bsSnap-1");
    assertThat(disks.orders).containsExactly("copy bsSnap-1 to " + CLONE + " with 10 GiB");
    assertThat(snapshots.existing()).isZero();
    assertThat(volumes.storage().interims().taken()).isEqualTo(1);
    assertThat(create(spec(10))).isEqualTo(made);
    assertThat(disks.existing()).hasSize(2);
  }

  @Test
  void whoClaimedItIsToldOnce() {
    snapshots.taking = Duration.ofMinutes(20);
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("snapshot bsSnap-1 is not ready yet");
    untilDone(spec(10));
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("CLONED_BY_SNAPSHOT volume bsm-src is attached to a node, so its clone is made")
        .contains("bsSnap-1", "as after a power cut");
    assertThat(snapshots.existing()).isZero();
  }

  @Test
  void itsContentIsThatOfTheFirstCallAlsoWhereThePodHasEndedMeanwhile() {
    snapshots.taking = Duration.ofMinutes(20);
    assertThatThrownBy(() -> create(spec(10))).isInstanceOf(OperationPending.class);
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.AVAILABLE, Optional.empty()));
    untilDone(spec(10));
    assertThat(disks.orders).containsExactly("copy bsSnap-1 to " + CLONE + " with 10 GiB");
    assertThat(snapshots.existing()).isZero();
  }

  @Test
  void aPodThatComesWhileItsVolumeIsBeingClonedDoesNotKeepTheCloneWaiting() {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.AVAILABLE, Optional.empty()));
    disks.faults.add(new Fault.Refused(17085)); // somebody takes a snapshot of it
    disks.onOrder = this::sourceIsUsed;
    create(spec(10));
    assertThat(disks.orders).last().asString().startsWith("copy bsSnap-1");
    assertThat(snapshots.existing()).isZero();
  }

  @Test
  void aFreeVolumeOfANewClaimIsClonedWithoutALookAtSnapshots() {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.AVAILABLE, Optional.empty()));
    create(spec(10));
    create(spec(10));
    assertThat(snapshots.looks).isZero();
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void killedAnywhereItLeavesOneCloneAndNoSnapshot(boolean isAnswered, boolean isFreeAfterwards) {
    for (int moment = 1; ; moment++) {
      aVolumeInUseANewClaimAndAnOldProcess();
      volumes = dyingAt(moment, isAnswered);
      time.pass(FakeCloud.SETTLE);
      boolean isKilled = false;
      try {
        create(spec(10));
      } catch (Killed _) {
        isKilled = true;
      }
      if (!isKilled) {
        assertThat(moment).isGreaterThan(10);
        return;
      }
      if (isFreeAfterwards) {
        disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.AVAILABLE, Optional.empty()));
      }
      cluster.setClaim(UID, Optional.empty(), true);
      volumes = process();
      CreatedVolume made = untilDone(spec(10));
      assertThat(disks.existing()).as("killed at call %d", moment).hasSize(2);
      assertThat(disks.find(made.volume().id()).orElseThrow().name()).isEqualTo(CLONE);
      assertThat(snapshots.existing()).as("killed at call %d", moment).isZero();
      assertThat(snapshots.orders)
          .as("killed at call %d", moment)
          .filteredOn(order -> order.startsWith("snapshot"))
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void aLostAnswerTakesNoSecondSnapshotAndMakesNoSecondClone() {
    snapshots.lag = Duration.ofSeconds(10);
    snapshots.faults.add(new Fault.Late(Duration.ofSeconds(50)));
    disks.faults.add(new Fault.Late(Duration.ofSeconds(50)));
    untilDone(spec(10));
    assertThat(snapshots.orders).containsExactly("snapshot bsm-src " + INTERIM, "delete bsSnap-1");
    assertThat(disks.existing()).hasSize(2);
    assertThat(snapshots.existing()).isZero();
  }

  @Test
  void whatRefusesTheCloneDoesNotLoseItsSnapshot() {
    disks.faults.add(new Fault.Refused(17067)); // quota
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(OperationPending.class)
        .hasMessageContainingAll("RetCode 17067", "snapshot bsSnap-1 of volume bsm-src is kept");
    create(spec(10));
    assertThat(snapshots.orders).containsExactly("snapshot bsm-src " + INTERIM, "delete bsSnap-1");
  }

  @Test
  void aClaimThatIsDeletedMeanwhileTakesItsSnapshotAlong() {
    snapshots.taking = Duration.ofMinutes(8);
    assertThatThrownBy(() -> create(spec(10))).isInstanceOf(OperationPending.class);
    cluster.deleteClaim();
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("bsSnap-1 is being created");
    time.pass(Duration.ofMinutes(8));
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessage("claim shop/data, for which a clone was to be made, has been deleted");
    assertThat(snapshots.existing()).isZero();
    assertThat(disks.orders).isEmpty();
  }

  @Test
  void aClaimThatIsGoneBeforeGetsNoSnapshot() {
    cluster.deleteClaim();
    assertThatThrownBy(() -> create(spec(10))).isInstanceOf(PreconditionFailed.class);
    assertThat(snapshots.orders).isEmpty();
  }

  @Test
  void whereTheCloudSellsNoSnapshotOfTheDiskTheSentenceSaysSo() {
    snapshots.faults.add(new Fault.Refused(17088));
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContainingAll(
            "volume bsm-src is attached to node uhost-a, and the snapshot that a clone of it is",
            "RetCode 17088",
            "it is cloned without one when no node has it");
    assertThat(told).isEmpty();
    create(spec(10));
    assertThat(told).hasSize(1);
  }

  @Test
  void whereSnapshotsOfUsersLeaveNoRoomItIsRefusedForGood() {
    snapshots.put("bsSnap-a", "one", "bsm-src");
    snapshots.put("bsSnap-b", "two", "bsm-src");
    snapshots.put("bsSnap-c", "three", "bsm-src");
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("RetCode 17011");
  }

  @Test
  void whereThoseOfOtherClonesLeaveNoRoomItWaits() {
    snapshots.put("bsSnap-a", "one", "bsm-src");
    snapshots.put("bsSnap-b", "two", "bsm-src");
    snapshots.put("bsSnap-c", "pvc-other_clone_uk8s-x", "bsm-src");
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("RetCode 17011");
    snapshots.delete(snapshots.find(new SnapshotId("bsSnap-c")).orElseThrow());
    create(spec(10));
    assertThat(snapshots.existing()).isEqualTo(2);
  }

  @Test
  void whatCannotBecomeTheVolumeIsRefusedBeforeASnapshotIsTaken() {
    assertThatThrownBy(() -> create(spec(10, DiskType.RSSD, FakeDiskApi.ZONE, Optional.empty())))
        .isInstanceOf(InvalidRequest.class);
    Optional<Long> limit = Optional.of(DiskSize.ofGib(5).bytes());
    assertThatThrownBy(() -> create(spec(1, DiskType.SSD, FakeDiskApi.ZONE, limit)))
        .isInstanceOf(SizeOutOfRange.class);
    assertThatThrownBy(() -> create(spec(10, DiskType.SSD, "cn-bj2-05", Optional.empty())))
        .isInstanceOf(LimitReached.class);
    assertThat(snapshots.orders).isEmpty();
  }

  @Test
  void aSnapshotThatTheCloudFailsToTakeIsRemovedAndTakenAgain() {
    snapshots.taking = Duration.ofMinutes(20);
    assertThatThrownBy(() -> create(spec(10))).isInstanceOf(OperationPending.class);
    snapshots.fail("bsSnap-1");
    snapshots.taking = Duration.ofSeconds(30);
    untilDone(spec(10));
    assertThat(snapshots.orders)
        .containsExactly(
            "snapshot bsm-src " + INTERIM,
            "delete bsSnap-1",
            "snapshot bsm-src " + INTERIM,
            "delete bsSnap-2");
  }

  @Test
  void aCloneIsNotKeptWaitingForEverForASnapshotThatStays() {
    for (int i = 0; i < 40; i++) {
      snapshots.faults.add(
          i == 0 ? new Fault.AcceptedLate(Duration.ZERO) : new Fault.Refused(17031));
    }
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining(CLONE + " is there, and the snapshot that it was made of");
    long start = time.now();
    untilDone(spec(10));
    assertThat(Duration.ofNanos(time.now() - start)).isGreaterThan(Duration.ofMinutes(9));
    assertThat(snapshots.existing()).isEqualTo(1);
    snapshots.faults.clear();
    create(spec(10));
    assertThat(snapshots.existing()).isZero();
  }

  @Test
  void aSourceIsNotDeletedBesideItsSnapshotAndTheSentenceSaysForHowLong() {
    snapshots.put("bsSnap-9", INTERIM, "bsm-src");
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.AVAILABLE, Optional.empty()));
    assertThatThrownBy(() -> volumes.delete(SOURCE, Progress.unwatched()))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("is being cloned by snapshot bsSnap-9 named " + INTERIM);
  }

  @Test
  void aSourceThatIsGoneBesideItsSnapshotIsClonedAllTheSame() {
    snapshots.taking = Duration.ofMinutes(20);
    assertThatThrownBy(() -> create(spec(10))).isInstanceOf(OperationPending.class);
    disks.remove("bsm-src");
    untilDone(spec(10));
    assertThat(snapshots.existing()).isZero();
  }

  @Test
  void aSourceThatIsGoneWithoutASnapshotIsTold() {
    disks.remove("bsm-src");
    assertThatThrownBy(() -> create(spec(10)))
        .isInstanceOf(NotFound.class)
        .hasMessage("volume bsm-src does not exist");
  }

  @Test
  void whatTheSnapshotBecomesIsNotKnownWhileItsOrderIsNotAnswered() {
    snapshots.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> create(spec(10))).isInstanceOf(OutcomeUnknown.class);
    create(spec(10));
    assertThat(snapshots.existing()).isZero();
  }

  private void sourceIsUsed() {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.INUSE, Optional.of("uhost-a")));
  }

  private CreatedVolume create(VolumeSpec spec) {
    return volumes.create(spec, Progress.unwatched());
  }

  private CreatedVolume untilDone(VolumeSpec spec) {
    while (true) {
      try {
        return create(spec);
      } catch (DriverException.Uncertain _) {
        time.pass(Duration.ofSeconds(10));
      }
    }
  }

  private Volumes process() {
    return new Volumes(FakeCloud.storage(disks, snapshots, view(), time));
  }

  private ClusterView view() {
    return new ClusterView(
        NodeDirectory.none(), cluster, ForceDetachPolicy.none(), PublishedNodes.none(), new Told());
  }

  /** A process that is killed before its call of the cloud of this number, or after its answer. */
  private Volumes dyingAt(int moment, boolean isAnswered) {
    int[] calls = {0};
    return new Volumes(
        Storage.of(
            mortal(DiskApi.class, disks, calls, moment, isAnswered),
            mortal(SnapshotApi.class, snapshots, calls, moment, isAnswered),
            view(),
            Timing.withSettle(FakeCloud.SETTLE),
            DeletionRule.KEEP_WITH_SNAPSHOTS,
            time,
            Runnable::run));
  }

  private static <T> T mortal(Class<T> type, T cloud, int[] calls, int moment, boolean isAnswered) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, given) -> {
              boolean isLast = ++calls[0] == moment;
              if (isLast && !isAnswered) {
                throw new Killed();
              }
              try {
                Object answer = method.invoke(cloud, given);
                if (isLast) {
                  throw new Killed();
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  private static VolumeSpec spec(int gib) {
    return spec(gib, DiskType.SSD, FakeDiskApi.ZONE, Optional.empty());
  }

  private static VolumeSpec spec(int gib, DiskType type, String zone, Optional<Long> limit) {
    long bytes = limit.isPresent() ? 0 : DiskSize.ofGib(gib).bytes();
    return new VolumeSpec(
        DiskName.of("pvc-" + UID, "uk8s-x"),
        new Capacity(DiskSize.smallestMadeFor(DiskSize.ofGib(gib).bytes()), bytes, limit),
        new DiskPlan(List.of(type), DiskTerms.PLAIN, Optional.empty()),
        new Placement(List.of(Map.of(Topology.ZONE_KEY, zone)), Optional.of(CLAIM)),
        Optional.of(new OfVolume(SOURCE)));
  }

  private final class Told implements EventRecorder {
    @Override
    public void about(Claim claim, VolumeEvent notice) {
      told.add(notice.reason() + " " + notice.text());
    }

    @Override
    public void about(VolumeId volume, VolumeEvent notice) {}

    @Override
    public void aboutUse(VolumeId volume, VolumeEvent notice) {}

    @Override
    public void aboutNode(String node, VolumeEvent notice) {}

    @Override
    public void aboutDriver(VolumeEvent notice) {}
  }
}
