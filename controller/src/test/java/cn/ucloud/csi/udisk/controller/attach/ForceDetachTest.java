package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Disks that another host has (known failure D2.12). */
class ForceDetachTest {
  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final FakeForceDetachPolicy cluster = new FakeForceDetachPolicy();
  private final Volumes volumes = FakeCloud.volumes(cloud, cluster.view(), time);

  @BeforeEach
  void aDiskOnTheOtherHost() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of("uhost-b")));
    cluster.nodes.add("uhost-b");
    time.pass(Duration.ofMinutes(1));
  }

  @Test
  void oneThatNobodyUsesThereIsTakenFromIt() {
    assertThat(attach("uhost-a").toMap()).containsEntry("deviceName", "vdb");
    assertThat(cluster.asked).containsExactly("bsm-1 on uhost-b");
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-b", "attach bsm-1 uhost-a");
  }

  @Test
  void oneThatIsInUseThereIsLeftThereAndTheReasonIsSaid() {
    cluster.attach("csi-1", "bsm-1", "uhost-b");
    assertThatThrownBy(() -> attach("uhost-a"))
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessageContaining("uhost-b")
        .hasMessageContaining("VolumeAttachment csi-1 has it there");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void whatTheClusterDoesNotSayNowIsNoProof() {
    cluster.answers = false;
    assertThatThrownBy(() -> attach("uhost-a")).isInstanceOf(Unavailable.class);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void withoutAClusterItIsLeftThere() {
    Volumes alone = FakeCloud.volumes(cloud, ClusterView.none(), time);
    assertThatThrownBy(
            () -> alone.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched()))
        .isInstanceOf(AttachedElsewhere.class);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aDetachThatWasNotAnsweredIsNotFollowedByAnAttachBeforeItIsSeen() {
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> attach("uhost-a")).isInstanceOf(OutcomeUnknown.class);
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-b");
    time.pass(Duration.ofSeconds(75));
    attach("uhost-a");
    assertThat(cloud.existing().getFirst().hostId()).hasValue("uhost-a");
  }

  @Test
  void onTheWantedHostTheClusterIsNotAsked() {
    attach("uhost-b");
    assertThat(cluster.asked).isEmpty();
    assertThat(cloud.orders).isEmpty();
  }

  private PublishContext attach(String host) {
    return volumes.attach(new VolumeId("bsm-1"), new NodeId(host), Progress.unwatched());
  }
}
