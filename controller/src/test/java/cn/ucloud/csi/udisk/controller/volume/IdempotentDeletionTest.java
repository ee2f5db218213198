package cn.ucloud.csi.udisk.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes whose disk is still attached when they are to be deleted. */
class IdempotentDeletionTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");

  private final VirtualTime time = new VirtualTime();
  private final FakeUDisks cloud = new FakeUDisks(time);
  private final FakeSnapshots snapshots = new FakeSnapshots(time);
  private final FakeCustody cluster = new FakeCustody();
  private final Volumes volumes =
      FakeCloud.storage(cloud, snapshots, cluster.view(), time).volumes();

  @BeforeEach
  void aDiskThatWasLeftOnAHost() {
    cloud.put(FakeUDisks.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of("uhost-b")));
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
    cluster.reasonToLeave = Optional.of("kubelet says that node n uses it");
    assertThatThrownBy(this::delete)
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessage("volume bsm-1 is attached to node uhost-b: kubelet says that node n uses it");
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
    assertThatThrownBy(this::delete).isInstanceOf(Forbidden.class).hasMessageContaining("bss-1");
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
