package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeScheduling;
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

/** Where disks are made (decision 7; known failure D4.28). */
class ZoneChoiceTest {
  private static final String REGION = "topology.udisk.csi.ucloud.cn/region";
  private static final String ZONE = "topology.udisk.csi.ucloud.cn/zone";
  private static final String RSSD = "topology.udisk.csi.ucloud.cn/rssd";
  private static final String FAR = "cn-bj2-05";
  private static final Map<String, String> FAST =
      Map.of(REGION, "cn-bj2", ZONE, FakeDiskApi.ZONE, RSSD, "true");
  private static final Map<String, String> PLAIN = Map.of(REGION, "cn-bj2", ZONE, FakeDiskApi.ZONE);
  private static final Map<String, String> SLOW = Map.of(REGION, "cn-bj2", ZONE, FAR);

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final FakeScheduling cluster = new FakeScheduling();
  private final Volumes volumes =
      FakeCloud.volumes(
          cloud,
          new ClusterView(
              NodeDirectory.none(), cluster, ForceDetachPolicy.none(), PublishedNodes.none()),
          time);

  @BeforeEach
  void aProcessThatIsNotYoung() {
    time.pass(FakeCloud.SETTLE);
    cloud.put(FakeDiskApi.host("uhost-a", FakeDiskApi.ZONE, Optional.of("9002")));
  }

  @Test
  void zonesOfTheRequestAreTakenAsTheyAreAndTheClusterIsNotAsked() {
    assertThat(create(DiskType.SSD, SLOW, FAST).volume().zone()).isEqualTo(FAR);
    assertThat(cluster.asked).isEmpty();
  }

  @Test
  void aRequestWithoutAZoneTakesThatOfTheSelectedNode() {
    cluster.select("uhost-far", SLOW);
    assertThat(create(DiskType.SSD, Map.of(REGION, "cn-bj2")).volume().zone()).isEqualTo(FAR);
  }

  @Test
  void withoutASelectedNodeTheNodesThatMatchTheSegmentsSayTheZone() {
    cluster.addNodes(SLOW, FAST);
    assertThat(create(DiskType.SSD, Map.of(RSSD, "true")).volume().zone())
        .isEqualTo(FakeDiskApi.ZONE);
  }

  @Test
  void anUnknownZoneIsRefusedAndNothingIsMade() {
    assertThatThrownBy(() -> create(DiskType.SSD)).isInstanceOf(InvalidRequest.class);
    cluster.addNodes(SLOW);
    assertThatThrownBy(() -> create(DiskType.SSD, Map.of(RSSD, "true")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("names no zone");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aDiskThatIsThereAlreadyIsFoundAlsoWhenNobodyKnowsAZoneAnyMore() {
    cloud.put(FakeDiskApi.disk("bsm-9", "pvc-1_uk8s-x", UDiskStatus.AVAILABLE, Optional.empty()));
    assertThat(create(DiskType.SSD).volume().id().value()).isEqualTo("bsm-9");
    cluster.select("uhost-far", SLOW);
    assertThat(create(DiskType.SSD).volume().zone()).isEqualTo(FakeDiskApi.ZONE);
  }

  @Test
  void anRssdDiskIsMadeInTheRdmaClusterThatTheNodesHostIsInNow() {
    cluster.select("uhost-a", FAST);
    cloud.put(FakeDiskApi.host("uhost-a", FakeDiskApi.ZONE, Optional.of("9003")));
    CreatedVolume made = create(DiskType.RSSD, FAST, SLOW);
    assertThat(disk(made).rdmaCluster()).hasValue("9003");
    assertThat(made.onRssdNodes()).isTrue();
    assertThat(create(DiskType.RSSD, FAST, SLOW)).as("found again").isEqualTo(made);
  }

  @Test
  void thePersistentVolumeAsksForRssdNodesOnlyIfTheSelectedNodeSaysThatItIsOne() {
    Map<String, String> unlabelled = Map.of(REGION, "cn-bj2", ZONE, FakeDiskApi.ZONE);
    cluster.select("uhost-a", unlabelled);
    CreatedVolume made = create(DiskType.RSSD, unlabelled, FAST);
    assertThat(disk(made).rdmaCluster()).hasValue("9002");
    assertThat(made.onRssdNodes()).isFalse();
  }

  @Test
  void anotherTypeOnAnRssdNodeAsksForNoSuchNodes() {
    cluster.select("uhost-a", FAST);
    cloud.faults.add(new Fault.Refused(17005));
    CreatedVolume made = create(List.of(DiskType.RSSD, DiskType.SSD), FAST);
    assertThat(made.volume().type()).hasValue(DiskType.SSD);
    assertThat(made.onRssdNodes()).isFalse();
    assertThat(disk(made).rdmaCluster()).isEmpty();
  }

  @Test
  void aHostThatTakesNoRssdIsAReasonToScheduleThePodElsewhereAndNothingIsMade() {
    for (String host : List.of("uhost-b", "uhost-far", "uhost-none")) {
      cluster.select(host, FAST);
      assertThatThrownBy(() -> create(DiskType.RSSD, FAST))
          .isInstanceOf(SoldOut.class)
          .hasMessageContaining(host);
    }
    assertThat(cloud.orders).isEmpty();
    assertThat(create(List.of(DiskType.RSSD, DiskType.SSD), FAST).volume().type())
        .hasValue(DiskType.SSD);
  }

  @Test
  void quotaLeavesNothingBehindAndIsNotFollowedByAnotherType() {
    cluster.select("uhost-a", FAST);
    cloud.faults.add(new Fault.Refused(17067));
    assertThatThrownBy(() -> create(List.of(DiskType.RSSD, DiskType.SSD), FAST))
        .isInstanceOf(LimitReached.class);
    assertThat(cloud.existing()).isEmpty();
  }

  @Test
  void aRateLimitIsNoReasonToScheduleThePodElsewhere() {
    cluster.select("uhost-a", FAST);
    cloud.faults.add(new Fault.Refused(153));
    assertThatThrownBy(() -> create(List.of(DiskType.RSSD, DiskType.SSD), FAST))
        .isInstanceOf(Unavailable.class);
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void whatTheClusterCannotSayNowIsWaitedFor() {
    cluster.answers = false;
    assertThatThrownBy(() -> create(DiskType.RSSD, FAST)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> create(DiskType.SSD)).isInstanceOf(Unavailable.class);
    assertThat(create(DiskType.SSD, FAST).volume().zone()).isEqualTo(FakeDiskApi.ZONE);
  }

  @Test
  void whereTheClusterDoesNotTellTheFirstTermIsTheSelectedNodes() {
    CreatedVolume made = create(DiskType.RSSD, SLOW, FAST);
    assertThat(made.volume().zone()).isEqualTo(FAR);
    assertThat(made.onRssdNodes()).isFalse();
  }

  /** The provisioner takes the topology keys of any node, and that one may be without rssd. */
  @Test
  void anImmediateRssdDiskGoesWhereNodesTakeItAlsoWhenTheRequestDoesNotSayWhichDo() {
    cluster.placeNowhere();
    cluster.addNodes(SLOW, FAST);
    CreatedVolume made = create(DiskType.RSSD, SLOW, PLAIN);
    assertThat(made.volume().zone()).isEqualTo(FakeDiskApi.ZONE);
    assertThat(made.onRssdNodes()).isTrue();
  }

  @Test
  void aClaimWithoutAPodGetsItsDiskInTheNextZoneWhereTheFirstIsSoldOut() {
    cluster.placeNowhere();
    cloud.faults.add(new Fault.Refused(17005));
    cloud.faults.add(new Fault.Refused(17005));
    CreatedVolume made = create(List.of(DiskType.SSD, DiskType.SATA), SLOW, FAST);
    assertThat(made.volume().zone()).isEqualTo(FakeDiskApi.ZONE);
    assertThat(made.volume().type()).hasValue(DiskType.SSD);
    assertThat(cloud.orders).hasSize(3);
  }

  @Test
  void aSelectedNodesZoneThatIsSoldOutIsNotLeftForAnother() {
    cluster.select("uhost-far", SLOW);
    cloud.faults.add(new Fault.Refused(17005));
    assertThatThrownBy(() -> create(DiskType.SSD, SLOW, FAST)).isInstanceOf(SoldOut.class);
    assertThat(cloud.existing()).isEmpty();
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void aLostAnswerInOneZoneIsNotFollowedByTheNextZone() {
    cluster.placeNowhere();
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> create(DiskType.SSD, SLOW, FAST)).isInstanceOf(OutcomeUnknown.class);
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void soldOutEverywhereNamesEveryZone() {
    cluster.placeNowhere();
    cloud.faults.add(new Fault.Refused(17005));
    cloud.faults.add(new Fault.Refused(17005));
    assertThatThrownBy(() -> create(DiskType.SSD, SLOW, FAST))
        .isInstanceOf(SoldOut.class)
        .hasMessageContaining("no ssd disk is left in zone cn-bj2-05: CreateUDisk was refused")
        .hasMessageContaining("no ssd disk is left in zone cn-bj2-02: CreateUDisk was refused");
  }

  @Test
  void anImmediateRssdDiskIsNotMadeInAZoneWhoseNodesDoNotTakeIt() {
    cluster.placeNowhere();
    cluster.addNodes(SLOW, FAST);
    cloud.faults.add(new Fault.Refused(17005));
    assertThatThrownBy(() -> create(DiskType.RSSD, SLOW, PLAIN)).isInstanceOf(SoldOut.class);
    assertThat(cloud.orders).hasSize(1);
  }

  /** Its answer was lost; meanwhile the pod was placed anew. */
  @Test
  void anRssdDiskThatWasMadeForAnotherNodeAsksForRssdNodesWhateverNodeIsSelectedNow() {
    cluster.select("uhost-a", FAST);
    CreatedVolume made = create(DiskType.RSSD, FAST);
    cluster.select("uhost-b", PLAIN);
    assertThat(create(DiskType.RSSD, PLAIN)).isEqualTo(made);
    assertThat(made.onRssdNodes()).isTrue();
  }

  @Test
  void anRssdDiskThatIsFoundForANodeWhichTakesItUnsaidAsksForNoSuchNodes() {
    cluster.select("uhost-a", FAST);
    create(DiskType.RSSD, FAST);
    cloud.put(FakeDiskApi.host("uhost-b", FakeDiskApi.ZONE, Optional.of("9002")));
    cluster.select("uhost-b", PLAIN);
    assertThat(create(DiskType.RSSD, PLAIN).onRssdNodes()).isFalse();
  }

  @Test
  void anImmediateRssdDiskGoesWhereNodesTakeIt() {
    cluster.placeNowhere();
    CreatedVolume made = create(DiskType.RSSD, SLOW, FAST);
    assertThat(made.volume().zone()).isEqualTo(FakeDiskApi.ZONE);
    assertThat(made.onRssdNodes()).isTrue();
  }

  @Test
  void aNewClaimIsNotKeptWaitingByAYoungProcess() {
    Volumes young =
        FakeCloud.volumes(
            cloud,
            new ClusterView(
                NodeDirectory.none(), cluster, ForceDetachPolicy.none(), PublishedNodes.none()),
            time);
    cluster.comeLater();
    long start = time.now();
    young.create(spec(List.of(DiskType.SSD), FAST), Progress.unwatched());
    assertThat(Duration.ofNanos(time.now() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aNewClaimsOwnOrderThatWasNotAnsweredIsWaitedForAllTheSame() {
    Volumes young =
        FakeCloud.volumes(
            cloud,
            new ClusterView(
                NodeDirectory.none(), cluster, ForceDetachPolicy.none(), PublishedNodes.none()),
            time);
    cluster.comeLater();
    cloud.lag = Duration.ofSeconds(10);
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    VolumeSpec spec = spec(List.of(DiskType.SSD), FAST);
    try {
      young.create(spec, Progress.unwatched());
    } catch (OutcomeUnknown e) {
      young.create(spec, Progress.unwatched());
    }
    assertThat(cloud.existing()).hasSize(1);
    assertThat(cloud.orders).hasSize(1);
  }

  private UDisk disk(CreatedVolume made) {
    return cloud.find(made.volume().id()).orElseThrow();
  }

  @SafeVarargs
  private CreatedVolume create(DiskType type, Map<String, String>... terms) {
    return create(List.of(type), terms);
  }

  @SafeVarargs
  private CreatedVolume create(List<DiskType> types, Map<String, String>... terms) {
    return volumes.create(spec(types, terms), Progress.unwatched());
  }

  @SafeVarargs
  private static VolumeSpec spec(List<DiskType> types, Map<String, String>... terms) {
    DiskSize size = DiskSize.ofGib(10);
    List<Map<String, String>> all = new ArrayList<>();
    for (Map<String, String> term : terms) {
      all.add(term);
    }
    return new VolumeSpec(
        DiskName.of("pvc-1", "uk8s-x"),
        new Capacity(size, size.bytes(), Optional.empty()),
        new DiskPlan(types, DiskTerms.PLAIN, Optional.empty()),
        new Placement(all, Optional.of(new Claim("shop", "data-0", "pvc-1"))),
        Optional.empty());
  }
}
