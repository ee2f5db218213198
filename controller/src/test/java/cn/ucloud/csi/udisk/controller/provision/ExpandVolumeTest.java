package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpandVolumeTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final NodeId A = new NodeId("uhost-a");
  private static final DiskSize TWENTY = DiskSize.ofGib(20);

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final Volumes volumes = FakeCloud.volumes(cloud, time);

  @BeforeEach
  void aFreeDiskAndAnOldProcess() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void aFreeDiskGrowsAndTheSizeMadeIsTold() {
    assertThat(expand(15)).isEqualTo(TWENTY);
    assertThat(cloud.orders).containsExactly("resize bsm-1 20 GiB");
  }

  @Test
  void anAttachedDiskGrowsWhereItIs() {
    attach();
    assertThat(expand(15)).isEqualTo(TWENTY);
    assertThat(cloud.existing().getFirst().isOn("uhost-a")).isTrue();
  }

  @Test
  void whatIsBigEnoughIsLeftAsItIs() {
    assertThat(expand(7)).isEqualTo(DiskSize.ofGib(10));
    expand(15);
    assertThat(expand(20)).isEqualTo(TWENTY);
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void aLostAnswerIsFoundInTheSizeAlsoWhenListingsLag() {
    cloud.lag = Duration.ofSeconds(8);
    time.pass(cloud.lag);
    cloud.faults.add(new Fault.AnswerLost());
    assertThat(expand(15)).isEqualTo(TWENTY);
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void anOrderThatNeverArrivedIsToldAndSentAgainByTheNextCall() {
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> expand(15))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("volume bsm-1 to have 20 GiB")
        .hasMessageContaining("the order was lost");
    assertThat(expand(15)).isEqualTo(TWENTY);
  }

  @Test
  void anUnansweredGrowthHoldsUpNothingElse() {
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> expand(15)).isInstanceOf(OutcomeUnknown.class);
    attach();
    assertThat(cloud.existing().getFirst().isOn("uhost-a")).isTrue();
  }

  @Test
  void aGrowthThatTakesLongHoldsTheVolumeOnlyUntilItsOrderIsAnswered() {
    List<String> held = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void at(String stage) {
            if (stage.startsWith("waiting for volume bsm-1 to have")) {
              held.add("growing");
            }
          }

          @Override
          public void sending() {}

          @Override
          public void alsoHold(String key) {
            throw new AssertionError("holds " + key + " until the end");
          }

          @Override
          public Hold share(String key) {
            held.add("holds " + key + " after " + cloud.orders.size() + " orders");
            return () -> held.add("lets go after " + cloud.orders.size() + " orders");
          }

          @Override
          public Hold takeTurn(String key) {
            throw new AssertionError("has " + key + " for itself");
          }
        };
    assertThat(volumes.expand(DISK, wanted(15), progress)).isEqualTo(TWENTY);
    assertThat(held.stream().distinct())
        .containsExactly("holds bsm-1 after 0 orders", "lets go after 1 orders", "growing");
  }

  @Test
  void aRefusalIsNotFinalWhileAnEarlierOrderMayStillBeDone() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(40)));
    assertThatThrownBy(() -> expand(15)).isInstanceOf(OutcomeUnknown.class);
    cloud.faults.add(new Fault.Refused(17063));
    assertThatThrownBy(() -> expand(15))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("17063");
    time.pass(Duration.ofSeconds(40));
    assertThat(expand(15)).isEqualTo(TWENTY);
  }

  @Test
  void aRefusalIsNotFinalForAProcessWhosePredecessorMayHaveOrdered() {
    Volumes young = FakeCloud.volumes(cloud, time);
    cloud.faults.add(new Fault.Refused(17063));
    assertThatThrownBy(() -> young.expand(DISK, wanted(15), Progress.unwatched()))
        .isInstanceOf(OutcomeUnknown.class);
    time.pass(Duration.ofSeconds(75));
    cloud.faults.add(new Fault.Refused(17063));
    assertThatThrownBy(() -> young.expand(DISK, wanted(15), Progress.unwatched()))
        .isInstanceOf(LimitReached.class);
  }

  @Test
  void lackOfMoneyIsNotTakenForAVolumeThatIsInUse() {
    // After FAILED_PRECONDITION the resizer asks again only when no pod uses the volume any more.
    cloud.faults.add(new Fault.Refused(17063));
    assertThatThrownBy(() -> expand(15))
        .isInstanceOf(LimitReached.class)
        .hasMessageContaining("RetCode 17063");
    assertThat(expand(15)).isEqualTo(TWENTY);
  }

  /** As the resizer does once a claim's size has been taken back after a failed growth. */
  @Test
  void aSmallerSizeThanTheOneThatFailedIsMadeOrIsThereAlready() {
    cloud.faults.add(new Fault.Refused(17063));
    assertThatThrownBy(() -> expand(35)).isInstanceOf(LimitReached.class);
    assertThat(expand(15)).isEqualTo(TWENTY);
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(40)));
    assertThatThrownBy(() -> expand(35)).isInstanceOf(OutcomeUnknown.class);
    time.pass(Duration.ofSeconds(60));
    assertThat(expand(25)).as("it was made after all, and is told").isEqualTo(DiskSize.ofGib(40));
    assertThat(cloud.orders).doesNotContain("resize bsm-1 30 GiB");
  }

  @Test
  void aHostThatNeedsAPowerCycleIsToldBeforeAnythingIsResized() {
    attach();
    cloud.slowToSee.add("uhost-a");
    assertThatThrownBy(() -> expand(15))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("bsm-1 was not resized: node uhost-a would see 20 GiB only after")
        .hasMessageContaining("stop the pods");
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a");
    volumes.detach(DISK, Optional.of(A), Progress.unwatched());
    assertThat(expand(15)).isEqualTo(TWENTY);
  }

  @Test
  void whatCannotGrowIsSaid() {
    assertThatThrownBy(
            () -> volumes.expand(new VolumeId("bsm-no"), wanted(15), Progress.unwatched()))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> expand(8001))
        .isInstanceOf(SizeOutOfRange.class)
        .hasMessageContaining("a disk of type ssd has at most 8000 GiB");
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.ATTACHING, Optional.of(A.value())));
    assertThatThrownBy(() -> expand(15)).isInstanceOf(OperationPending.class);
    assertThat(cloud.orders).isEmpty();
  }

  private DiskSize expand(int gib) {
    return volumes.expand(DISK, wanted(gib), Progress.unwatched());
  }

  private void attach() {
    volumes.attach(DISK, A, Progress.unwatched());
  }

  private static Capacity wanted(int gib) {
    long bytes = DiskSize.ofGib(gib).bytes();
    return new Capacity(DiskSize.smallestMadeFor(bytes), bytes, Optional.empty());
  }
}
