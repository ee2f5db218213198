package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakePublishedNodes;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttachVolumeTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final NodeId A = new NodeId("uhost-a");
  private static final NodeId B = new NodeId("uhost-b");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final Volumes volumes = FakeCloud.volumes(cloud, time);
  private final FakePublishedNodes published = new FakePublishedNodes();

  @BeforeEach
  void aFreeDisk() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void attachAnswersWithWhatTheNodeMustKnowOnceTheDiskIsInUse() {
    assertThat(attach(A).toMap()).isEqualTo(Map.of("deviceName", "vdb", "sizeGiB", "10"));
    assertThat(onlyDisk().status()).isEqualTo(UDiskStatus.INUSE);
  }

  @Test
  void attachingTwiceOrdersOnce() {
    assertThat(attach(A)).isEqualTo(attach(A));
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a");
  }

  @Test
  void aLostAnswerIsFoundInTheDiskAlsoWhenListingsLag() {
    cloud.lag = Duration.ofSeconds(8);
    cloud.faults.add(new Fault.AnswerLost());
    attach(A);
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void anOrderThatNeverArrivedIsToldAndOrderedAgainByTheNextCall() {
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> attach(A))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("attach of bsm-1 to uhost-a")
        .hasMessageContaining("the order was lost");
    attach(A);
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
  }

  @Test
  void aRepeatThatMeetsTheFirstOrderUnderWayWaitsForIt() {
    cloud.lag = Duration.ofSeconds(5);
    cloud.attach(onlyDisk(), A, false); // by a process that was killed right after sending
    attach(A);
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
  }

  @Test
  void anUnansweredAttachThatMayStillBeDoneKeepsTheDiskFromBeingCalledFree() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    assertThatThrownBy(() -> detach(A)).isInstanceOf(OperationPending.class);
    assertThatThrownBy(() -> attach(B)).isInstanceOf(OperationPending.class);
    assertThatThrownBy(() -> volumes.delete(DISK, Progress.unwatched()))
        .isInstanceOf(OperationPending.class);
    time.pass(Duration.ofSeconds(60));
    detach(A);
    assertThat(onlyDisk().hostId()).isEmpty();
    time.pass(Duration.ofSeconds(75));
    attach(B);
    assertThat(onlyDisk().isOn("uhost-b")).isTrue();
  }

  @Test
  void aDetachSentTwiceIsNotOvertakenByTheNextAttach() {
    attach(A);
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> detach(A)).isInstanceOf(OutcomeUnknown.class);
    detach(A);
    // The first order may be late, not lost: it must not hit the attachment that comes next.
    assertThatThrownBy(() -> attach(A))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("an earlier detach of bsm-1 was not answered");
    time.pass(Duration.ofSeconds(75));
    attach(A);
  }

  @Test
  void aNodeIsNotToldThatItHasADiskThatAnUnansweredDetachMayStillTakeAway() {
    attach(A);
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> detach(A)).isInstanceOf(OutcomeUnknown.class);
    assertThatThrownBy(() -> attach(A))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("an earlier detach of bsm-1 was not answered");
    time.pass(Duration.ofSeconds(75));
    attach(A);
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
  }

  @Test
  void theFirstOfTwoAttachesIsNotDoneUnseenAfterTheDetach() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    attach(A);
    assertThatThrownBy(() -> detach(A))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("an earlier attach of bsm-1 to uhost-a was not answered");
    time.pass(Duration.ofSeconds(75));
    detach(A);
    assertThat(onlyDisk().hostId()).isEmpty();
  }

  @Test
  void anUnansweredDetachDoesNotHideAnUnansweredAttach() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    attach(A);
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> detach(A)).isInstanceOf(OutcomeUnknown.class);
    assertThatThrownBy(() -> detach(A)).isInstanceOf(OperationPending.class);
    time.pass(Duration.ofSeconds(75));
    detach(A);
    assertThat(onlyDisk().hostId()).isEmpty();
  }

  @Test
  void aDetachThatAKilledProcessSentDoesNotMeetTheNextAttachToThatNode() {
    attach(A);
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> cloud.detach(onlyDisk(), "uhost-a"))
        .isInstanceOf(OutcomeUnknown.class);
    Volumes young = FakeCloud.volumes(cloud, time);
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    assertThatThrownBy(() -> young.attach(DISK, A, Progress.unwatched()))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining(
            "an earlier process may have requested a detach of bsm-1 from uhost-a");
    time.pass(Duration.ofSeconds(75));
    young.attach(DISK, A, Progress.unwatched());
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
  }

  @Test
  void aDetachThatANewProcessFindsUnderWayMayHaveBeenSentTwice() {
    attach(A);
    cloud.detach(onlyDisk(), "uhost-a");
    Volumes young = FakeCloud.volumes(cloud, time);
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    assertThatThrownBy(() -> young.attach(DISK, A, Progress.unwatched()))
        .isInstanceOf(OperationPending.class);
  }

  @Test
  void aDetachThatAKilledProcessSentDoesNotKeepTheDiskFromAnotherNode() {
    attach(A);
    Volumes young = FakeCloud.volumes(cloud, time);
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    young.attach(DISK, B, Progress.unwatched());
    assertThat(onlyDisk().isOn("uhost-b")).isTrue();
  }

  @Test
  void aDiskThatAYoungProcessWasFirstToDetachComesBackToItsNodeAtOnce() {
    attach(A);
    published.volumes.add(DISK);
    published.attached(DISK, A);
    published.begin();
    Volumes young = FakeCloud.volumes(cloud, cluster(), time);
    long before = time.now();
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    young.attach(DISK, A, Progress.unwatched());
    assertThat(time.now() - before).isLessThan(Duration.ofSeconds(10).toNanos());
  }

  @Test
  void aDiskThatAYoungProcessMadeComesBackToItsNodeAtOnce() {
    published.begin();
    Volumes young = FakeCloud.volumes(cloud, cluster(), time);
    young.attach(DISK, A, Progress.unwatched());
    published.volumes.add(DISK);
    published.attached(DISK, A);
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    young.attach(DISK, A, Progress.unwatched());
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
  }

  @Test
  void aDetachThatWasAskedForBeforeAProcessBeganDoesNotMeetTheNextAttachToThatNode() {
    attach(A);
    published.volumes.add(DISK);
    published.detaching(DISK, A);
    published.begin();
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> cloud.detach(onlyDisk(), "uhost-a"))
        .isInstanceOf(OutcomeUnknown.class);
    Volumes young = FakeCloud.volumes(cloud, cluster(), time);
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    assertThatThrownBy(() -> young.attach(DISK, A, Progress.unwatched()))
        .isInstanceOf(OperationPending.class);
  }

  @Test
  void aYoungProcessDoesNotWaitWithADiskThatKubernetesHadAttached() {
    published.attached(DISK, A);
    Volumes young = FakeCloud.volumes(cloud, cluster(), time);
    long before = time.now();
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    assertThat(time.now() - before).isLessThan(Duration.ofSeconds(5).toNanos());
  }

  @Test
  void aYoungProcessDoesNotWaitForAnAttachThatItWasTheFirstToBeAskedFor() {
    published.begin();
    published.volumes.add(DISK);
    published.attaching(DISK, A);
    Volumes young = FakeCloud.volumes(cloud, cluster(), time);
    long before = time.now();
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    assertThat(time.now() - before).isLessThan(Duration.ofSeconds(5).toNanos());
  }

  @Test
  void aYoungProcessWaitsWhileAnAttachOfTheOneBeforeItMayStillBeDone() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> cloud.attach(onlyDisk(), A, false)).isInstanceOf(OutcomeUnknown.class);
    Volumes young = FakeCloud.volumes(cloud, cluster(), time);
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    time.pass(Duration.ofMinutes(2));
    assertThat(onlyDisk().hostId()).isEmpty();
  }

  @Test
  void aYoungProcessWaitsNoLongerOnceTheClusterIsKnown() {
    long before = time.now();
    published.isKnown = () -> time.now() - before >= Duration.ofSeconds(20).toNanos();
    published.attached(DISK, A);
    Volumes young = FakeCloud.volumes(cloud, cluster(), time);
    young.detach(DISK, Optional.of(A), Progress.unwatched());
    assertThat(time.now() - before).isLessThan(Duration.ofSeconds(30).toNanos());
  }

  private ClusterView cluster() {
    return new ClusterView(
        NodeDirectory.none(), Scheduling.none(), ForceDetachPolicy.none(), published);
  }

  @Test
  void aDiskOnAnotherNodeIsLeftThereAndTheNodeIsNamed() {
    attach(A);
    assertThatThrownBy(() -> attach(B))
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessageContaining("volume bsm-1 is attached to node uhost-a");
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void onceAnOrderIsOutNoAnswerIsFinal() {
    cloud.lag = Duration.ofSeconds(3);
    UDisk free = onlyDisk();
    cloud.attach(free, B, false); // somebody else was faster, and the listing does not show it yet
    assertThatThrownBy(() -> attach(A)).isInstanceOf(DriverException.Uncertain.class);
  }

  @Test
  void attachesToOneHostShareALookAtItForSeconds() {
    for (int i = 2; i < 5; i++) {
      VolumeId disk = new VolumeId("bsm-" + i);
      cloud.put(
          FakeDiskApi.disk(disk.value(), "pvc-" + i, UDiskStatus.AVAILABLE, Optional.empty()));
      volumes.attach(disk, A, Progress.unwatched());
      time.pass(Duration.ofSeconds(i == 2 ? 0 : 6));
    }
    assertThat(cloud.hostLooks).isEqualTo(2);
  }

  @Test
  void missingDiskMissingNodeAndWrongZoneAreTold() {
    assertThatThrownBy(() -> volumes.attach(new VolumeId("bsm-none"), A, Progress.unwatched()))
        .isInstanceOf(NotFound.class)
        .hasMessage("volume bsm-none does not exist");
    assertThatThrownBy(() -> attach(new NodeId("uhost-none")))
        .isInstanceOf(NotFound.class)
        .hasMessage("node uhost-none does not exist");
    assertThatThrownBy(() -> attach(new NodeId("uhost-far")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("cn-bj2-05");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aSystemDiskIsNeverTouched() {
    cloud.put(systemDisk());
    VolumeId boot = new VolumeId("bsi-boot");
    assertThatThrownBy(() -> volumes.attach(boot, A, Progress.unwatched()))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> volumes.detach(boot, Optional.of(A), Progress.unwatched()))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> volumes.delete(boot, Progress.unwatched()))
        .isInstanceOf(PreconditionFailed.class);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void anAttachThatAKilledProcessSentIsNotOvertakenByADetachThatFindsTheDiskFree() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> cloud.attach(onlyDisk(), A, false)).isInstanceOf(OutcomeUnknown.class);
    FakeCloud.volumes(cloud, time).detach(DISK, Optional.of(A), Progress.unwatched());
    assertThat(onlyDisk().hostId()).isEmpty();
    time.pass(Duration.ofMinutes(2));
    assertThat(onlyDisk().hostId()).isEmpty();
  }

  @Test
  void aRefusalIsNotFinalWhileAnEarlierOrderMayStillBeDone() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    cloud.faults.add(new Fault.Refused(171));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void aRefusalIsNotFinalForAProcessWhosePredecessorMayHaveOrdered() {
    cloud.faults.add(new Fault.Refused(171));
    assertThatThrownBy(() -> FakeCloud.volumes(cloud, time).attach(DISK, A, Progress.unwatched()))
        .isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void detachFreesTheDiskAndMayBeRepeated() {
    attach(A);
    detach(A);
    detach(A);
    assertThat(onlyDisk().status()).isEqualTo(UDiskStatus.AVAILABLE);
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a", "detach bsm-1 uhost-a");
  }

  @Test
  void aDetachWhoseAnswerIsLostIsNotOrderedTwice() {
    attach(A);
    cloud.lag = Duration.ofSeconds(8);
    time.pass(cloud.lag);
    cloud.faults.add(new Fault.AnswerLost());
    detach(A);
    assertThat(cloud.orders).hasSize(2);
  }

  @Test
  void detachingFromAnotherNodeLeavesTheDiskWhereItIs() {
    attach(A);
    detach(B);
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
  }

  @Test
  void anEmptyNodeDetachesFromWhereverTheDiskIs() {
    attach(B);
    volumes.detach(DISK, Optional.empty(), Progress.unwatched());
    assertThat(onlyDisk().hostId()).isEmpty();
  }

  @Test
  void aNodeIsKnownByItsAddressToo() {
    attach(A);
    NodeId address = new NodeId("10.9.0.97");
    assertThat(attach(address).toMap()).containsEntry("deviceName", "vdb");
    detach(new NodeId("10.9.0.98"));
    assertThat(onlyDisk().isOn("uhost-a")).as("another node's address").isTrue();
    detach(address);
    assertThat(onlyDisk().hostId()).isEmpty();
  }

  @Test
  void detachingWhatIsGoneIsDone() {
    assertThatCode(
            () -> volumes.detach(new VolumeId("bsm-none"), Optional.of(A), Progress.unwatched()))
        .doesNotThrowAnyException();
    assertThatCode(() -> detach(new NodeId("uhost-none"))).doesNotThrowAnyException();
  }

  @Test
  void deletingTwiceOrdersOnceAndAnAttachedDiskIsKept() {
    attach(A);
    assertThatThrownBy(() -> volumes.delete(DISK, Progress.unwatched()))
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessageContaining("uhost-a");
    detach(A);
    volumes.delete(DISK, Progress.unwatched());
    volumes.delete(DISK, Progress.unwatched());
    assertThat(cloud.existing()).isEmpty();
    assertThat(cloud.orders).filteredOn(order -> order.startsWith("delete")).hasSize(1);
  }

  @Test
  void aDeletionWhoseAnswerIsLostIsSeenInTheListing() {
    cloud.lag = Duration.ofSeconds(8);
    time.pass(cloud.lag);
    cloud.faults.add(new Fault.AnswerLost());
    volumes.delete(DISK, Progress.unwatched());
    assertThat(cloud.existing()).isEmpty();
    assertThat(cloud.orders).hasSize(1);
  }

  private PublishContext attach(NodeId node) {
    return volumes.attach(DISK, node, Progress.unwatched());
  }

  private void detach(NodeId node) {
    volumes.detach(DISK, Optional.of(node), Progress.unwatched());
  }

  private UDisk onlyDisk() {
    return cloud.existing().getFirst();
  }

  private static UDisk systemDisk() {
    UDisk data = FakeDiskApi.disk("bsi-boot", "boot", UDiskStatus.INUSE, Optional.of("uhost-a"));
    return new UDisk(
        data.id(),
        data.name(),
        data.zone(),
        data.size(),
        data.status(),
        Optional.of(DiskType.SSD),
        data.hostId(),
        data.hostIp(),
        data.deviceName(),
        true,
        0,
        Optional.empty(),
        Standing.GOOD);
  }
}
