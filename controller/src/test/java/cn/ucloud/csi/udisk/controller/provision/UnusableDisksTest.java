package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.fixture.FakeScheduling;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.Placement;
import cn.ucloud.csi.udisk.controller.model.Volume;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims whose disk was made where, or as what, they cannot have it any more. */
class UnusableDisksTest {
  private static final String NAME = "pvc-1_uk8s-x";
  private static final String HERE = FakeDiskApi.ZONE;
  private static final String FAR = "cn-bj2-05";

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final FakeSnapshotApi snapshots = new FakeSnapshotApi(cloud);
  private final FakeScheduling pods = new FakeScheduling();
  private final FakeForceDetachPolicy cluster = new FakeForceDetachPolicy();
  private final List<VolumeEvent> told = new ArrayList<>();
  private final Volumes volumes =
      new Volumes(
          FakeCloud.storage(
              cloud,
              snapshots,
              new ClusterView(
                  NodeDirectory.none(),
                  pods,
                  cluster,
                  PublishedNodes.none(),
                  FakeForceDetachPolicy.listingTo(told)),
              time));

  @BeforeEach
  void aDiskThatWasMadeHereAndANodeThatIsGone() {
    cloud.put(disk(UDiskStatus.AVAILABLE, Optional.empty()));
    pods.select("uhost-far", segments(FAR));
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void aClaimWhosePodIsNowInAnotherZoneGetsADiskThereAndTheFirstOneIsNotLeaked() {
    assertThat(create(spec(FAR)).volume().zone()).isEqualTo(FAR);
    assertThat(cloud.orders).containsExactly("delete bsm-1", "create ssd " + NAME);
    assertThat(cloud.existing()).hasSize(1);
    assertThat(volumes.unusableDisksDeleted()).isEqualTo(1);
    assertThat(told)
        .singleElement()
        .isEqualTo(
            new VolumeEvent(
                VolumeEvent.Reason.UNUSABLE_DISK_DELETED,
                "disk bsm-1 was made for this claim and is in zone cn-bj2-02, not in cn-bj2-05; no"
                    + " persistent volume names it, so it was deleted, and another one is made"));
  }

  @Test
  void theSelectedNodesZoneCountsAlsoWhereTheRequestAllowsBoth() {
    assertThat(create(spec(FAR, HERE)).volume().zone()).isEqualTo(FAR);
    assertThat(cloud.existing()).hasSize(1);
  }

  @Test
  void withoutASelectedNodeADiskInAnyZoneOfTheRequestWillDo() {
    pods.placeNowhere();
    assertThat(create(spec(FAR, HERE)).volume().id().value()).isEqualTo("bsm-1");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aDiskThatMayHaveBeenUsedIsTheVolumeWhereTheRequestAllowsItsZone() {
    cluster.volumes.put("pv-a", "bsm-1");
    assertThat(create(spec(FAR, HERE)).volume().zone()).isEqualTo(HERE);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aDiskThatMayHaveBeenUsedElsewhereIsNamedAndNothingFinalIsSaid() {
    cluster.volumes.put("pv-a", "bsm-1");
    assertThatThrownBy(() -> create(spec(FAR)))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessage(
            "the disk bsm-1 named pvc-1_uk8s-x is in zone cn-bj2-02, not in cn-bj2-05; it is not"
                + " deleted, because persistent volume pv-a may be of it; delete it in the console"
                + " if nobody needs it");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void whatTheClusterDoesNotSayNowIsNoProof() {
    cluster.answers = false;
    assertThatThrownBy(() -> create(spec(FAR))).isInstanceOf(Unavailable.class);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aDiskWithSnapshotsStays() {
    snapshots.put("bss-1", "nightly", "bsm-1");
    assertThatThrownBy(() -> create(spec(FAR)))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("it has snapshots: bss-1");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aDiskWhoseSnapshotsCannotBeReadStays() {
    snapshots.readFailure = Optional.of(new Unavailable("299"));
    assertThatThrownBy(() -> create(spec(FAR))).isInstanceOf(Unavailable.class);
    assertThat(cloud.orders).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"ATTACHING", "INUSE", "DETACHING", "RESTORING"})
  void aDiskThatIsNotAtRestStays(UDiskStatus status) {
    cloud.put(disk(status, Optional.of("uhost-a")));
    assertThatThrownBy(() -> create(spec(FAR)))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("it is " + status);
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aDiskOfTheClosedDriverStays() {
    cloud.remove("bsm-1");
    cloud.put(FakeDiskApi.disk("bsm-9", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    assertThatThrownBy(() -> create(spec(FAR)))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("mark of this cluster");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void aClassThatHasChangedGetsADiskOfItsType() {
    pods.select("uhost-a", segments(HERE));
    CreatedVolume made = create(spec(10, List.of(DiskType.SATA), claim(), Optional.empty(), HERE));
    assertThat(made.volume().type()).hasValue(DiskType.SATA);
    assertThat(cloud.existing()).hasSize(1);
  }

  @Test
  void aDiskThatSomebodyHasEnlargedIsMadeAnewInItsSize() {
    pods.select("uhost-a", segments(HERE));
    DiskSize size = DiskSize.ofGib(20);
    assertThat(create(spec(20, List.of(DiskType.SSD), claim(), Optional.empty(), HERE)).volume())
        .extracting(Volume::size)
        .isEqualTo(size);
    assertThat(cloud.existing()).hasSize(1);
  }

  /** CSI has a code for it, which csi-sanity asks for; its calls are of no claim. */
  @Test
  void anotherSizeUnderANameThatIsOfNoClaimIsAlreadyThere() {
    assertThatThrownBy(
            () -> create(spec(20, List.of(DiskType.SSD), Optional.empty(), Optional.empty(), HERE)))
        .isInstanceOf(Incompatible.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutAClaimNothingIsDeletedAndNothingFinalIsSaid(boolean allowed) {
    VolumeSpec spec =
        spec(
            10,
            List.of(DiskType.SSD),
            Optional.empty(),
            Optional.empty(),
            allowed ? new String[] {FAR, HERE} : new String[] {FAR});
    if (allowed) {
      assertThat(create(spec).volume().zone()).isEqualTo(HERE);
    } else {
      assertThatThrownBy(() -> create(spec)).isInstanceOf(OutcomeUnknown.class);
    }
    assertThat(cloud.orders).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "RESTOREFAILED"})
  void aDiskThatTheCloudFailedToMakeIsMadeAnew(UDiskStatus status) {
    cloud.put(disk(status, Optional.empty()));
    pods.select("uhost-a", segments(HERE));
    create(spec(HERE));
    assertThat(cloud.orders).containsExactly("delete bsm-1", "create ssd " + NAME);
  }

  @Test
  void aFailedDiskThatIsNotProvedUnusedIsNamed() {
    cloud.put(disk(UDiskStatus.FAILED, Optional.empty()));
    cluster.replacesUnusableDisks = false;
    assertThatThrownBy(() -> create(spec(HERE)))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("bsm-1")
        .hasMessageContaining("is in status FAILED")
        .hasMessageContaining("--replace-unusable-disks is false");
    assertThat(cloud.orders).isEmpty();
  }

  /** Else nobody would delete it: the provisioner asks on, and has deleted what it is given. */
  @Test
  void aClaimThatWasDeletedMeanwhileGetsTheDiskAsItIsSoThatItIsDeletedWithItsVolume() {
    pods.deleteClaim();
    cluster.hasClaim = false;
    assertThat(create(spec(FAR)).volume().id().value()).isEqualTo("bsm-1");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void soldOutIsFinalOnlyAfterTheDiskIsGone() {
    cloud.faults.add(new Fault.OrderLost());
    assertThatThrownBy(() -> create(spec(FAR))).isInstanceOf(OutcomeUnknown.class);
    assertThat(cloud.existing()).hasSize(1);
    time.pass(FakeCloud.SETTLE);
    cloud.faults.add(new Fault.AnswerLost());
    cloud.faults.add(new Fault.Refused(17005));
    assertThatThrownBy(() -> create(spec(FAR))).isInstanceOf(SoldOut.class);
    assertThat(cloud.existing()).isEmpty();
  }

  @Test
  void aDeletionThatIsNotAllowedSaysNothingFinal() {
    cloud.faults.add(new Fault.Refused(299));
    assertThatThrownBy(() -> create(spec(FAR)))
        .isInstanceOf(DriverException.Uncertain.class)
        .hasMessageContaining("299");
  }

  @Test
  void ofTwoDisksTheOneThatWillDoRemains() {
    cloud.put(disk(UDiskStatus.FAILED, Optional.empty()));
    cloud.put(FakeDiskApi.disk("bsm-2", NAME, UDiskStatus.AVAILABLE, Optional.empty()));
    pods.select("uhost-a", segments(HERE));
    assertThat(create(spec(HERE)).volume().id().value()).isEqualTo("bsm-2");
    assertThat(cloud.orders).containsExactly("delete bsm-1");
  }

  @Test
  void aCopyStaysWhereItsSourceIsAndThePodFollows() {
    snapshots.put("bss-9", "s", "bsm-7");
    VolumeSpec copy =
        spec(
            10,
            List.of(DiskType.SSD),
            claim(),
            Optional.of(new OfSnapshot(new SnapshotId("bss-9"))),
            FAR,
            HERE);
    assertThat(create(copy).volume().id().value()).as("found").isEqualTo("bsm-1");
    cloud.remove("bsm-1");
    assertThat(create(copy).volume().zone()).as("made").isEqualTo(HERE);
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void aCopyThatIsAskedForWhereItsSourceIsNotNamesTheRemedy() {
    cloud.remove("bsm-1");
    snapshots.put("bss-9", "s", "bsm-7");
    VolumeSpec copy =
        spec(
            10,
            List.of(DiskType.SSD),
            claim(),
            Optional.of(new OfSnapshot(new SnapshotId("bss-9"))),
            FAR);
    pods.addNodes(segments(FAR));
    assertThatThrownBy(() -> create(copy)).isInstanceOf(LimitReached.class);
    assertThat(told)
        .containsExactly(
            new VolumeEvent(
                VolumeEvent.Reason.SOURCE_ELSEWHERE,
                "snapshot bss-9 is in zone cn-bj2-02 and can be copied only there, not to"
                    + " cn-bj2-05; the cluster has no node in zone cn-bj2-02; add one"));
    pods.addNodes(segments(HERE));
    assertThatThrownBy(() -> create(copy))
        .isInstanceOf(LimitReached.class)
        .hasMessageEndingWith("let the allowedTopologies of its StorageClass allow zone cn-bj2-02");
    assertThat(cloud.orders).isEmpty();
  }

  /** The provisioner leaves out the nodes that lack a key of the selected one. */
  @Test
  void aCopyForAnRssdNodeIsMadeWhereItsSourceIsThoughOnlyOtherNodesAreThere() {
    cloud.remove("bsm-1");
    snapshots.put("bss-9", "s", "bsm-7");
    Map<String, String> fast =
        Map.of(
            "topology.udisk.csi.ucloud.cn/zone", FAR, "topology.udisk.csi.ucloud.cn/rssd", "true");
    pods.select("uhost-far", fast);
    pods.addNodes(segments(HERE), fast);
    VolumeSpec asked = spec(FAR);
    VolumeSpec copy =
        new VolumeSpec(
            asked.name(),
            asked.capacity(),
            asked.plan(),
            new Placement(List.of(fast), claim()),
            Optional.of(new OfSnapshot(new SnapshotId("bss-9"))));
    CreatedVolume made = create(copy);
    assertThat(made.volume().zone()).isEqualTo(HERE);
    assertThat(made.onRssdNodes()).isFalse();
    assertThat(create(copy)).isEqualTo(made);
  }

  /** Neither would the pod's node take it, nor is it wanted on another one. */
  @Test
  void anRssdDiskForANodeThatTakesNoneIsReplacedByWhatItTakes() {
    cloud.remove("bsm-1");
    pods.select("uhost-fast", segments(HERE));
    cloud.put(FakeDiskApi.host("uhost-fast", HERE, Optional.of("9002")));
    List<DiskType> either = List.of(DiskType.RSSD, DiskType.SSD);
    create(spec(10, either, claim(), Optional.empty(), HERE));
    pods.select("uhost-a", segments(HERE));
    CreatedVolume made = create(spec(10, either, claim(), Optional.empty(), HERE));
    assertThat(made.volume().type()).hasValue(DiskType.SSD);
    assertThat(made.onRssdNodes()).isFalse();
    assertThat(cloud.existing()).hasSize(1);
  }

  private CreatedVolume create(VolumeSpec spec) {
    return volumes.create(spec, Progress.unwatched());
  }

  private static UDisk disk(UDiskStatus status, Optional<String> host) {
    return FakeDiskApi.disk("bsm-1", NAME, status, host);
  }

  private static Map<String, String> segments(String zone) {
    return Map.of("topology.udisk.csi.ucloud.cn/zone", zone);
  }

  private static Optional<Claim> claim() {
    return Optional.of(new Claim("shop", "data-0", "pvc-1"));
  }

  private static VolumeSpec spec(String... zones) {
    return spec(10, List.of(DiskType.SSD), claim(), Optional.empty(), zones);
  }

  private static VolumeSpec spec(
      int gib,
      List<DiskType> types,
      Optional<Claim> claim,
      Optional<ContentSource> source,
      String... zones) {
    DiskSize size = DiskSize.ofGib(gib);
    return new VolumeSpec(
        DiskName.of("pvc-1", "uk8s-x"),
        new Capacity(size, size.bytes(), Optional.empty()),
        new DiskPlan(types, DiskTerms.PLAIN, Optional.empty()),
        new Placement(Placement.inZones(List.of(zones)).terms(), claim),
        source);
  }
}
