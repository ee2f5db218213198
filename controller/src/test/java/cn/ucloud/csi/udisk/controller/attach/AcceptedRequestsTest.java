package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that the cloud took and shows late, and looks at a disk that show what it was before. */
class AcceptedRequestsTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final NodeId A = new NodeId("uhost-a");
  private static final NodeId B = new NodeId("uhost-b");
  private static final Duration STALE = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final Volumes volumes = FakeCloud.volumes(cloud, time);

  @BeforeEach
  void aFreeDisk() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void anAcceptedAttachThatIsShownTwentySecondsLaterIsNotCalledDetached() {
    cloud.faults.add(new Fault.AcceptedLate(Duration.ofSeconds(20)));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    assertThatThrownBy(() -> detach(A))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("an earlier attach of bsm-1 to uhost-a was accepted");
    time.pass(Duration.ofSeconds(10));
    detach(A);
    time.pass(Duration.ofMinutes(2));
    assertThat(onlyDisk().hostId()).isEmpty();
  }

  @Test
  void anAcceptedAttachThatIsNeverShownIsForgottenOnceItHasSettled() {
    cloud.faults.add(new Fault.AcceptedLate(Duration.ofDays(1)));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    time.pass(FakeCloud.SETTLE);
    detach(A);
    attach(B);
    assertThat(onlyDisk().isOn("uhost-b")).isTrue();
  }

  @Test
  void anAcceptedDetachThatIsShownTwentySecondsLaterIsNotCalledAttached() {
    attach(A);
    cloud.faults.add(new Fault.AcceptedLate(Duration.ofSeconds(20)));
    assertThatThrownBy(() -> detach(A)).isInstanceOf(OutcomeUnknown.class);
    assertThatThrownBy(() -> attach(A))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("an earlier detach of bsm-1 was accepted");
  }

  @Test
  void anAttachThatWasSeenHoldsUpNothingAnyMore() {
    cloud.faults.add(new Fault.AcceptedLate(Duration.ofSeconds(10)));
    attach(A);
    detach(A);
    attach(A);
    assertThat(cloud.orders)
        .containsExactly("attach bsm-1 uhost-a", "detach bsm-1 uhost-a", "attach bsm-1 uhost-a");
  }

  @Test
  void aDetachThatALookOfTenSecondsAgoCallsNeedlessIsOrderedAllTheSame() {
    attach(A);
    staleLooks(1);
    detach(A);
    assertThat(onlyDisk().hostId()).isEmpty();
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a", "detach bsm-1 uhost-a");
  }

  @Test
  void aDetachWhoseOrderIsLostIsNotCalledDoneByALookFromBeforeTheAttach() {
    attach(A);
    cloud.staleness.add(Duration.ZERO);
    staleLooks(2);
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> detach(A)).isInstanceOf(OutcomeUnknown.class);
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
  }

  @Test
  void anAttachIsNotCalledDoneByALookFromBeforeTheDetach() {
    attach(A);
    time.pass(Duration.ofMinutes(2));
    detach(A);
    staleLooks(1);
    attach(A);
    assertThat(onlyDisk().isOn("uhost-a")).isTrue();
    assertThat(onlyDisk().status()).isEqualTo(UDiskStatus.INUSE);
  }

  @Test
  void anotherNodeIsNotRefusedADiskForALookFromBeforeTheDetach() {
    attach(A);
    time.pass(Duration.ofMinutes(2));
    detach(A);
    staleLooks(1);
    attach(B);
    assertThat(onlyDisk().isOn("uhost-b")).isTrue();
  }

  @Test
  void aDiskThatALookDoesNotShowYetIsNotCalledDetachedNorGone() {
    cloud.put(FakeDiskApi.disk("bsm-2", "pvc-2", UDiskStatus.AVAILABLE, Optional.empty()));
    VolumeId young = new VolumeId("bsm-2");
    volumes.attach(young, A, Progress.unwatched());
    staleLooks(1);
    volumes.detach(young, Optional.of(A), Progress.unwatched());
    assertThat(cloud.existing().getLast().hostId()).isEmpty();
  }

  @Test
  void whatSomebodyElseDetachedRightAfterTheAttachIsCalledDetachedWhenNoLookCanBeSoOld() {
    attach(A);
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    long begun = time.now();
    detach(A);
    assertThat(Duration.ofNanos(time.now() - begun)).isLessThan(Duration.ofSeconds(20));
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a");
  }

  private void staleLooks(int looks) {
    cloud.staleness.addAll(Collections.nCopies(looks, STALE));
  }

  private void attach(NodeId node) {
    var _ = volumes.attach(DISK, node, Progress.unwatched());
  }

  private void detach(NodeId node) {
    volumes.detach(DISK, Optional.of(node), Progress.unwatched());
  }

  private UDisk onlyDisk() {
    return cloud.existing().getFirst();
  }
}
