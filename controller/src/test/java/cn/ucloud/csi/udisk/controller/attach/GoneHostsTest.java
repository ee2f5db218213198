package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks on hosts that were removed from the cloud while the disk was on them. */
class GoneHostsTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final FakeForceDetachPolicy cluster = new FakeForceDetachPolicy();
  private final List<VolumeEvent> told = new ArrayList<>();
  private final Volumes volumes =
      FakeCloud.volumes(cloud, cluster.view(FakeForceDetachPolicy.listingTo(told)), time);

  @BeforeEach
  void aDiskOnAHostThatIsGoneAndOfWhichTheClusterKnowsNothing() {
    diskOn(FakeDiskApi.GONE);
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void thePodThatWaitsOnAnotherNodeGetsItsDiskAndItsVolumeSaysWhy() {
    attach();
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-gone", "attach bsm-1 uhost-a");
    assertThat(told)
        .singleElement()
        .isEqualTo(
            new VolumeEvent(
                VolumeEvent.Reason.DETACHED_UNUSED,
                "volume bsm-1 is wanted on uhost-a and is detached from uhost-gone, because that"
                    + " host no longer exists"));
  }

  @Test
  void itsVolumeCanBeDeleted() {
    volumes.delete(DISK, Progress.unwatched());
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-gone", "delete bsm-1");
    assertThat(cloud.existing()).isEmpty();
  }

  @Test
  void anAddressThatNobodyHasAnyMoreIsTakenForIt() {
    volumes.detach(DISK, Optional.of(new NodeId("10.9.0.77")), Progress.unwatched());
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-gone");
  }

  /** A list that lags or leaves one out must not cost a running database its disk. */
  @Test
  void aHostThatOneReadMissedIsNotGone() {
    List<Runnable> reads =
        new ArrayList<>(
            List.of(
                () -> {},
                () ->
                    cloud.put(
                        FakeDiskApi.host(FakeDiskApi.GONE, FakeDiskApi.ZONE, Optional.empty()))));
    cloud.betweenHostLooks = () -> reads.removeFirst().run();
    assertThatThrownBy(this::attach).isInstanceOf(AttachedElsewhere.class);
    assertThat(reads).as("reads to come").isEmpty();
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void anAddressIsNotTakenForAHostThatOneReadMissed() {
    cloud.betweenHostLooks =
        () -> cloud.put(FakeDiskApi.host(FakeDiskApi.GONE, FakeDiskApi.ZONE, Optional.empty()));
    volumes.detach(DISK, Optional.of(new NodeId("10.9.0.77")), Progress.unwatched());
    assertThat(cloud.orders).isEmpty();
  }

  /** Of another project nothing is shown: neither its hosts nor the disk. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void inAnotherProjectNothingIsConcluded(int lookAtWhichTheProjectIsAnother) {
    int[] looks = {0};
    cloud.betweenHostLooks =
        () -> {
          if (++looks[0] == lookAtWhichTheProjectIsAnother) {
            cloud.remove("bsm-1");
          }
        };
    assertThatThrownBy(this::attach).isInstanceOf(AttachedElsewhere.class);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void badKeysProveNothing() {
    cloud.betweenHostLooks = () -> cloud.readFailure = Optional.of(new Unavailable("171"));
    assertThatThrownBy(this::attach).isInstanceOf(Unavailable.class);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aHostWhoseNodeIsReadyIsNotGone() {
    cluster.nodes.add(FakeDiskApi.GONE);
    cluster.ready.add(FakeDiskApi.GONE);
    cluster.attach("csi-1", "bsm-1", FakeDiskApi.GONE);
    assertThatThrownBy(this::attach).isInstanceOf(AttachedElsewhere.class);
    assertThat(cloud.orders).isEmpty();
  }

  /** Neither of the two APIs would show a host of another product. */
  @Test
  void aHostOfAnotherKindIsNotGone() {
    diskOn("ulhost-b");
    assertThatThrownBy(this::attach).isInstanceOf(AttachedElsewhere.class);
    assertThat(cloud.hostLooks).isZero();
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aHostThatExistsCostsOneLook() {
    diskOn("uhost-b");
    assertThatThrownBy(this::attach).isInstanceOf(AttachedElsewhere.class);
    assertThat(cloud.hostLooks).isEqualTo(1);
  }

  private void diskOn(String host) {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of(host)));
  }

  private void attach() {
    var _ = volumes.attach(DISK, new NodeId("uhost-a"), Progress.unwatched());
  }
}
