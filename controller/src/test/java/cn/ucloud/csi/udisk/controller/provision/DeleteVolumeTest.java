package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes whose disk is still attached when they are to be deleted. */
class DeleteVolumeTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final FakeSnapshotApi snapshots = new FakeSnapshotApi(cloud);
  private final FakeForceDetachPolicy cluster = new FakeForceDetachPolicy();
  private final Volumes volumes =
      new Volumes(FakeCloud.storage(cloud, snapshots, cluster.view(), time));

  @BeforeEach
  void aDiskThatWasLeftOnAHost() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of("uhost-b")));
    cluster.nodes.add("uhost-b");
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void aVolumeThatNobodyUsesOnItsHostIsDetachedAndDeleted() {
    delete();
    assertThat(cluster.asked).containsExactly("bsm-1 on uhost-b");
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-b", "delete bsm-1");
    assertThat(cloud.existing()).isEmpty();
    delete();
    assertThat(cloud.orders).hasSize(2);
  }

  @Test
  void oneThatIsInUseThereStaysAndTheReasonIsSaid() {
    cluster.use("bsm-1", "uhost-b");
    assertThatThrownBy(this::delete)
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessage(
            "volume bsm-1 is attached to node uhost-b: kubelet says that node uhost-b uses it");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void whatTheClusterDoesNotSayNowIsNoProof() {
    cluster.answers = false;
    assertThatThrownBy(this::delete).isInstanceOf(Unavailable.class);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void oneThatKeepsItsSnapshotsIsNotEvenDetached() {
    snapshots.put("bss-1", "nightly", "bsm-1");
    assertThatThrownBy(this::delete)
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("bss-1");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void withoutAClusterItStays() {
    Volumes alone = FakeCloud.volumes(cloud, time);
    assertThatThrownBy(() -> alone.delete(DISK, Progress.unwatched()))
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessageContaining("uhost-b");
    assertThat(cloud.orders).isEmpty();
  }

  private void delete() {
    volumes.delete(DISK, Progress.unwatched());
  }
}
