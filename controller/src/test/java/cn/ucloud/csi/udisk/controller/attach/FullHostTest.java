package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FullHostTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final NodeId A = new NodeId("uhost-a");
  private static final NodeId B = new NodeId("uhost-b");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final Volumes volumes = FakeCloud.volumes(cloud, time);

  @BeforeEach
  void aFreeDisk() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void aFullHostIsNamedAndItsPodCanGoElsewhereAtOnce() {
    hostWith(disks(26));
    refuseWith17055();
    long begun = time.now();
    assertThatThrownBy(() -> attach(A))
        .isInstanceOf(LimitReached.class)
        .hasMessage(
            "node uhost-a has 26 data disks, as many as it takes; volume bsm-1 was not attached");
    volumes.detach(DISK, Optional.of(A), Progress.unwatched());
    attach(B);
    assertThat(Duration.ofNanos(time.now() - begun)).isLessThan(Duration.ofSeconds(10));
    assertThat(cloud.existing().getFirst().isOn("uhost-b")).isTrue();
  }

  @Test
  void aHostWithRoomIsNotCalledFull() {
    hostWith(disks(25));
    refuseWith17055();
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    assertThatThrownBy(() -> volumes.detach(DISK, Optional.of(A), Progress.unwatched()))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining(
            "attach of bsm-1 to uhost-a was refused in a way that leaves its effect open");
  }

  @Test
  void aDiskThatIsAmongThoseOfTheFullHostWasNotRefused() {
    List<String> there = disks(26);
    hostWith(there.stream().map(id -> id.equals("bsm-100") ? "bsm-1" : id).toList());
    refuseWith17055();
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void aLostAnswerOfAFullHostIsStillNoAnswer() {
    hostWith(disks(26));
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void aFullHostThatAnEarlierOrderMayStillReachIsNotFinal() {
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
    hostWith(disks(26));
    refuseWith17055();
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void aHostThatCannotBeReadIsNotCalledFull() {
    hostWith(disks(26));
    refuseWith17055();
    cloud.onOrder = () -> cloud.readFailure = Optional.of(new Unavailable("down"));
    assertThatThrownBy(() -> attach(A)).isInstanceOf(OutcomeUnknown.class);
  }

  private void hostWith(List<String> disks) {
    cloud.put(new Host("uhost-a", FakeDiskApi.ZONE, Optional.empty(), List.of(), disks));
  }

  private static List<String> disks(int count) {
    return IntStream.range(100, 100 + count).mapToObj(number -> "bsm-" + number).toList();
  }

  private void refuseWith17055() {
    cloud.faults.add(new Fault.Refused(17055));
  }

  private void attach(NodeId node) {
    var _ = volumes.attach(DISK, node, Progress.unwatched());
  }
}
