package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks that are not free yet, and some that never will be. */
class PassingStatesTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final NodeId A = new NodeId("uhost-a");
  private static final Duration LASTS = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final Volumes volumes = FakeCloud.volumes(cloud, time);
  private long begun;

  @BeforeEach
  void aProcessThatIsNotYoung() {
    time.pass(Duration.ofMinutes(2));
    begun = time.now();
  }

  @ParameterizedTest
  @CsvSource({
    "RESTORING,",
    "INITIALIZATING,",
    "INITIALIZING,",
    "CLONING,",
    "UNKNOWN,",
    "DETACHING, uhost-a",
    "DETACHING, uhost-b",
  })
  void aDiskInAPassingStateIsAttachedAsSoonAsItIsAvailable(UDiskStatus status, String host) {
    put(status, Optional.ofNullable(host), Duration.ZERO);
    put(UDiskStatus.AVAILABLE, Optional.empty(), LASTS);
    attach();
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a");
    assertThat(elapsed()).isLessThan(LASTS.multipliedBy(2));
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "RESTOREFAILED"})
  void aDiskThatTheCloudFailedToMakeIsRefusedAtOnce(UDiskStatus status) {
    put(status, Optional.empty(), Duration.ZERO);
    assertThatThrownBy(this::attach)
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("volume bsm-1 is " + status);
    assertThat(elapsed()).isZero();
  }

  @Test
  void aDiskWhoseRestoringFailsMeanwhileIsRefused() {
    put(UDiskStatus.RESTORING, Optional.empty(), Duration.ZERO);
    put(UDiskStatus.RESTOREFAILED, Optional.empty(), LASTS);
    assertThatThrownBy(this::attach).isInstanceOf(PreconditionFailed.class);
    assertThat(elapsed()).isLessThan(LASTS.multipliedBy(2));
  }

  @Test
  void anAttachThatTheCloudGivesUpIsOrderedAgainByTheNextCall() {
    put(UDiskStatus.ATTACHING, Optional.of("uhost-a"), Duration.ZERO);
    put(UDiskStatus.AVAILABLE, Optional.empty(), LASTS);
    assertThatThrownBy(this::attach)
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessage("the cloud gave up the attach of bsm-1 to uhost-a: it is AVAILABLE again");
    assertThat(elapsed()).isLessThan(Duration.ofMinutes(1));
    attach();
    assertThat(cloud.existing().getFirst().isOn("uhost-a")).isTrue();
  }

  @Test
  void aDetachThatTheCloudGivesUpIsOrderedAgainByTheNextCall() {
    put(UDiskStatus.DETACHING, Optional.of("uhost-a"), Duration.ZERO);
    put(UDiskStatus.INUSE, Optional.of("uhost-a"), LASTS);
    assertThatThrownBy(this::detach)
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessage("the cloud gave up the detach of bsm-1: it is INUSE again");
    detach();
    assertThat(cloud.existing().getFirst().hostId()).isEmpty();
  }

  private void put(UDiskStatus status, Optional<String> host, Duration in) {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", status, host), in);
  }

  private Duration elapsed() {
    return Duration.ofNanos(time.now() - begun);
  }

  private void attach() {
    var _ = volumes.attach(DISK, A, Progress.unwatched());
  }

  private void detach() {
    volumes.detach(DISK, Optional.of(A), Progress.unwatched());
  }
}
