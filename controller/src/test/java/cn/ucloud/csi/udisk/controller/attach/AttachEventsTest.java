package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakePublishedNodes;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.Placement;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people are told of the volumes they claim. */
class AttachEventsTest {
  private static final long GIB = 1L << 30;

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final List<String> told = new ArrayList<>();
  private final FakePublishedNodes published = new FakePublishedNodes();
  private final ClusterView cluster =
      new ClusterView(
          NodeDirectory.none(), Scheduling.none(), ForceDetachPolicy.none(), published, new Told());
  private final Volumes volumes = FakeCloud.volumes(cloud, cluster, time);

  @BeforeEach
  void aProcessThatIsNotYoung() {
    time.pass(FakeCloud.SETTLE);
  }

  @Test
  void aSizeThatWasRoundedIsToldWithTheWayItIsPaid() {
    create(15, 20, DiskType.SSD);
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("db/data-0 SizeRounded: 20 GiB were made for 15.0 GiB")
        .endsWith("this one by the hour");
  }

  @Test
  void aSizeThatFitsIsNoNews() {
    create(20, 20, DiskType.SSD);
    assertThat(told).isEmpty();
  }

  @Test
  void theTypeThatWasTakenInsteadIsTold() {
    cloud.faults.add(new Fault.Refused(17005));
    create(10, 10, DiskType.RSSD, DiskType.SSD);
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("db/data-0 OtherTypeMade: a disk of type ssd was made, because rssd is sold");
  }

  @Test
  void whenNothingIsLeftTheClaimSaysWhyThePodIsScheduledAgain() {
    cloud.faults.add(new Fault.Refused(17005));
    assertThatThrownBy(() -> create(10, 10, DiskType.SSD)).isInstanceOf(SoldOut.class);
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith(
            "db/data-0 Rescheduling: no ssd disk is left in zone cn-bj2-02: CreateUDisk was refused");
  }

  @Test
  void disksOfOneNameAreTold() {
    for (String id : List.of("bsm-8", "bsm-9")) {
      cloud.put(FakeDiskApi.disk(id, "pvc-1_uk8s-x", UDiskStatus.AVAILABLE, Optional.empty()));
    }
    create(10, 10, DiskType.SSD);
    assertThat(told)
        .isNotEmpty()
        .allMatch(line -> line.startsWith("db/data-0 DuplicateDisks: 2 disks are named"));
  }

  @Test
  void whoHasADiskThatIsWantedElsewhereIsToldOnItsVolume() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1_uk8s-x", UDiskStatus.INUSE, Optional.of("uhost-b")));
    assertThatThrownBy(() ->
            volumes.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched()))
        .isInstanceOf(AttachedElsewhere.class);
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("bsm-1 WaitingForDetach: volume bsm-1 is attached to node uhost-b");
  }

  @Test
  void whoUsesADiskThatWasDetachedInTheConsoleIsToldThatItIsAttachedAgainAndWhenItIs() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    published.attached(new VolumeId("bsm-1"), new NodeId("uhost-a"));
    cloud.faults.add(new Fault.AnswerLost());
    volumes.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    assertThat(told)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .isEqualTo(
                        "users of bsm-1 DetachedOutsideKubernetes: disk bsm-1 was detached from node"
                            + " uhost-a outside of Kubernetes; it is being attached again"),
            second ->
                assertThat(second)
                    .startsWith(
                        "users of bsm-1 AttachedAgain: disk bsm-1 is attached to node uhost-a"
                            + " again; pods that had it mounted"));
  }

  @Test
  void anOrderOfTheProcessBeforeThatTakesEffectLateIsToldAndHealed() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of("uhost-a")));
    UDisk attached = cloud.find(new VolumeId("bsm-1")).orElseThrow();
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> cloud.detach(attached, "uhost-a")).isInstanceOf(OutcomeUnknown.class);
    cloud.detach(attached, "uhost-a");
    time.pass(Duration.ofSeconds(10));
    Volumes young = FakeCloud.volumes(cloud, cluster, time);
    young.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    published.attached(new VolumeId("bsm-1"), new NodeId("uhost-a"));
    time.pass(Duration.ofMinutes(2));
    assertThat(young.all()).allMatch(volume -> volume.node().isEmpty());
    young.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    assertThat(told)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .isEqualTo(
                        "users of bsm-1 DetachedLate: disk bsm-1 was detached from node uhost-a, by"
                            + " a request of an earlier controller process that took effect late or"
                            + " outside of Kubernetes; it is being attached again"),
            second -> assertThat(second).startsWith("users of bsm-1 AttachedAgain"));
    assertThat(cloud.find(new VolumeId("bsm-1")).orElseThrow().isOn("uhost-a")).isTrue();
  }

  @Test
  void aReadThatLagsBehindOurOwnAttachIsNoDetachByOthers() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    volumes.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    published.attached(new VolumeId("bsm-1"), new NodeId("uhost-a"));
    cloud.staleness.add(Duration.ofSeconds(8));
    volumes.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    assertThat(told).isEmpty();
  }

  @Test
  void anAttachThatKubernetesAskedForIsNoNewsAndNorIsOneThatOnlyTellsTheNodeAnew() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    volumes.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    published.attached(new VolumeId("bsm-1"), new NodeId("uhost-a"));
    volumes.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    assertThat(told).isEmpty();
  }

  @Test
  void aClusterThatIsNotKnownKeepsNoDiskFromBeingAttached() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    published.isKnown = () -> false;
    volumes.attach(new VolumeId("bsm-1"), new NodeId("uhost-a"), Progress.unwatched());
    assertThat(told).isEmpty();
    assertThat(cloud.find(new VolumeId("bsm-1")).orElseThrow().isOn("uhost-a")).isTrue();
  }

  private void create(long required, int made, DiskType... types) {
    var _ =
        volumes.create(
            new VolumeSpec(
                DiskName.of("pvc-1", "uk8s-x"),
                new Capacity(DiskSize.ofGib(made), required * GIB, Optional.empty()),
                new DiskPlan(List.of(types), DiskTerms.PLAIN, Optional.empty()),
                new Placement(
                    List.of(Map.of("topology.udisk.csi.ucloud.cn/zone", FakeDiskApi.ZONE)),
                    Optional.of(new Claim("db", "data-0", "pvc-1"))),
                Optional.empty()),
            Progress.unwatched());
  }

  private final class Told implements EventRecorder {
    @Override
    public void about(Claim claim, VolumeEvent notice) {
      tell(claim.namespace() + "/" + claim.name(), notice);
    }

    @Override
    public void about(VolumeId volume, VolumeEvent notice) {
      tell(volume.value(), notice);
    }

    @Override
    public void aboutUse(VolumeId volume, VolumeEvent notice) {
      tell("users of " + volume, notice);
    }

    @Override
    public void aboutNode(String node, VolumeEvent notice) {
      tell(node, notice);
    }

    @Override
    public void aboutDriver(VolumeEvent notice) {
      tell("driver", notice);
    }

    private void tell(String whom, VolumeEvent notice) {
      told.add(whom + " " + notice.reason().word() + ": " + notice.text());
    }
  }
}
