package cn.ucloud.csi.udisk.controller.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.fixture.FakeClusterRecords;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeriodicAuditTest {
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
  private static final String UID = "6a9c1f0e-0000-4000-8000-000000000001";
  private static final String INTERIM = "pvc-" + UID + "_clone_uk8s-x";
  private static final Duration LEAK_AGE = Duration.ofHours(1);

  private final List<ListedDisk> disks = new ArrayList<>();
  private final FakeClusterRecords cluster = new FakeClusterRecords();
  private final List<String> told = new ArrayList<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final List<UDisk> bills = new ArrayList<>();
  private int billsRead;
  private Instant now = NOW;
  private Optional<RuntimeException> billFailure = Optional.empty();
  private Optional<RuntimeException> listFailure = Optional.empty();
  private Optional<RuntimeException> snapshotFailure = Optional.empty();
  private final List<String> removed = new ArrayList<>();
  private Optional<RuntimeException> removalFailure = Optional.empty();
  private long interimsTaken;
  private int snapshotReads;
  private final PeriodicAudit periodicAudit =
      new PeriodicAudit(
          new PeriodicAudit.Cloud(this::list, this::listSnapshots, this::listBills, new Removed()),
          cluster,
          new Told(),
          Permission.always(),
          "uk8s-x",
          new PeriodicAudit.Rhythm(Duration.ofMinutes(10), LEAK_AGE),
          TimeSource.real(),
          () -> now);

  @Test
  void aMarkedOldDiskWithoutAVolumeIsLeakedWhenItIsSeenTwice() {
    disks.add(disk("bsm-1", "pvc-1_uk8s-x", 7200));
    assertThat(round().leaked()).isEmpty();
    assertThat(told).isEmpty();
    assertThat(round().leaked()).extracting(ListedDisk::id).containsExactly(new VolumeId("bsm-1"));
    assertThat(told).singleElement().asString().contains("LEAKED_DISKS", "bsm-1");
  }

  @Test
  void unmarkedYoungAndAgelessDisksAreNeverCalledLeaked() {
    disks.add(disk("bsm-1", "pvc-1", 7200));
    disks.add(disk("bsm-2", "pvc-2_uk8s-y", 7200));
    disks.add(disk("bsm-3", "pvc-3_uk8s-x", 3599));
    disks.add(
        new ListedDisk(
            new VolumeId("bsm-4"),
            "pvc-4_uk8s-x",
            DiskSize.ofGib(10),
            0,
            Optional.empty(),
            Optional.empty()));
    round();
    assertThat(round().leaked()).isEmpty();
  }

  @Test
  void aDiskThatHasAVolumeOrIsStillWantedIsNotLeaked() {
    disks.add(disk("bsm-1", "pvc-1_uk8s-x", 7200));
    disks.add(disk("bsm-2", "pvc-6a9c1f0e-0000-4000-8000-000000000002_uk8s-x", 7200));
    cluster.volumes.add(new VolumeId("bsm-1"));
    cluster.claims.add("6a9c1f0e-0000-4000-8000-000000000002");
    round();
    assertThat(round().leaked()).isEmpty();
    cluster.claims.clear();
    assertThat(round().leaked()).hasSize(1);
  }

  @Test
  void aDiskThatWasNotThereInBetweenIsSeenAnew() {
    disks.add(disk("bsm-1", "pvc-1_uk8s-x", 7200));
    round();
    List<ListedDisk> all = List.copyOf(disks);
    disks.clear();
    round();
    disks.addAll(all);
    assertThat(round().leaked()).isEmpty();
  }

  @Test
  void attachedToOurNodeWithoutAVolumeAttachmentIsDangling() {
    disks.add(on("uhost-a", disk("bsm-1", "pvc-1_uk8s-x", 60)));
    disks.add(on("uhost-a", disk("bsm-2", "the data disk of the node", 7200)));
    disks.add(on("uhost-other", disk("bsm-3", "pvc-3_uk8s-x", 60)));
    disks.add(on("uhost-a", disk("bsm-4", "imported", 60)));
    cluster.volumes.add(new VolumeId("bsm-4"));
    disks.add(on("uhost-a", disk("bsm-5", "pvc-5_uk8s-x", 60)));
    cluster.volumes.add(new VolumeId("bsm-5"));
    cluster.attach(new VolumeId("bsm-5"), "uhost-a");
    cluster.addNode("uhost-a", "10.9.0.1");
    assertThat(round().dangling()).isEmpty();
    assertThat(round().dangling())
        .extracting(found -> found.id().value())
        .containsExactly("bsm-1", "bsm-4");
    assertThat(told)
        .hasSize(2)
        .allMatch(line -> line.contains("DANGLING_ATTACHMENT") && line.contains("uhost-a"));
  }

  @Test
  void aDiskThatMovedInBetweenIsNotDangling() {
    cluster.addNode("uhost-a", "10.9.0.1");
    cluster.addNode("uhost-b", "10.9.0.2");
    disks.add(on("uhost-a", disk("bsm-1", "pvc-1_uk8s-x", 60)));
    round();
    disks.clear();
    disks.add(on("uhost-b", disk("bsm-1", "pvc-1_uk8s-x", 60)));
    assertThat(round().dangling()).isEmpty();
  }

  @Test
  void aNameThatTwoMarkedDisksHaveIsReported() {
    disks.add(disk("bsm-1", "pvc-1_uk8s-x", 60));
    disks.add(disk("bsm-2", "pvc-1_uk8s-x", 60));
    disks.add(disk("bsm-3", "data", 60));
    disks.add(disk("bsm-4", "data", 60));
    round();
    assertThat(round().duplicateNames()).containsExactly("pvc-1_uk8s-x");
    assertThat(told).singleElement().asString().contains("DUPLICATE_DISKS", "pvc-1_uk8s-x");
  }

  @Test
  void onAnyDoubtNothingNewIsReportedAndWhatWasKnownStays() {
    disks.add(disk("bsm-1", "pvc-1_uk8s-x", 7200));
    listFailure = Optional.of(new Unavailable("the list changed each time"));
    assertThat(periodicAudit.round()).isFalse();
    assertThat(periodicAudit.report().findings()).isEmpty();
    listFailure = Optional.empty();
    round();
    cluster.failure = Optional.of(new Unavailable("the nodes are not known yet"));
    assertThat(periodicAudit.round()).isFalse();
    cluster.failure = Optional.empty();
    assertThat(told).isEmpty();
    assertThat(round().leaked()).hasSize(1);
    listFailure = Optional.of(new IllegalStateException("a bug"));
    assertThat(periodicAudit.round()).isFalse();
    assertThat(periodicAudit.report().findings().orElseThrow().leaked()).hasSize(1);
    assertThat(periodicAudit.report().done()).isEqualTo(2);
    assertThat(periodicAudit.report().doubtful()).isEqualTo(3);
    assertThat(periodicAudit.report().lastDone()).contains(NOW);
  }

  @Test
  void aMarkedOldSnapshotWithoutARecordIsLeakedWhenItIsSeenTwice() {
    snapshots.add(snapshot("bsSnap-1", "snapshot-1_uk8s-x", 7200));
    round();
    assertThat(leakedSnapshots()).isEmpty();
    assertThat(told).isEmpty();
    round();
    assertThat(leakedSnapshots()).containsExactly("bsSnap-1");
    assertThat(told).singleElement().asString().contains("LEAKED_SNAPSHOTS", "bsSnap-1");
  }

  @Test
  void snapshotsOfOthersYoungAgelessAndRecordedOnesAreNeverCalledLeaked() {
    snapshots.add(snapshot("bsSnap-1", "before the upgrade", 7200));
    snapshots.add(snapshot("bsSnap-2", "snapshot-2_uk8s-y", 7200));
    snapshots.add(snapshot("bsSnap-3", "snapshot-3_uk8s-x", 3599));
    snapshots.add(snapshot("bsSnap-4", "snapshot-4_uk8s-x", NOW.getEpochSecond()));
    snapshots.add(snapshot("bsSnap-5", "snapshot-5_uk8s-x", 7200));
    cluster.recorded.add(new SnapshotId("bsSnap-5"));
    round();
    round();
    assertThat(leakedSnapshots()).isEmpty();
    cluster.recorded.clear();
    round();
    round();
    assertThat(leakedSnapshots()).containsExactly("bsSnap-5");
  }

  @Test
  void whereSnapshotsHaveNoRecordsTheCloudIsNotAskedAgainAndNothingIsSaid() {
    cluster.hasSnapshotRecords = false;
    snapshots.add(snapshot("bsSnap-1", "snapshot-1_uk8s-x", 7200));
    round();
    round();
    round();
    assertThat(snapshotReads).isEqualTo(1);
    assertThat(periodicAudit.report().leakedSnapshots()).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void whereSnapshotsHaveNoRecordsTheCloudIsAskedWhileOneOfACloneMayBeLeft() {
    cluster.hasSnapshotRecords = false;
    round();
    interimsTaken = 1;
    snapshots.add(snapshot("bsSnap-1", INTERIM, 0));
    round();
    round();
    assertThat(removed).containsExactly("bsSnap-1");
    snapshots.clear();
    round();
    round();
    assertThat(snapshotReads).isEqualTo(4);
  }

  @Test
  void anInterimSnapshotIsNoLeakWhileItsClaimWaits() {
    snapshots.add(snapshot("bsSnap-1", INTERIM, 7200));
    cluster.claims.add(UID);
    round();
    round();
    assertThat(leakedSnapshots()).isEmpty();
    assertThat(removed).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void anInterimSnapshotGoesWhenItsClaimHasItsVolumeOrIsGoneTwiceInARow() {
    snapshots.add(snapshot("bsSnap-1", INTERIM, 0));
    snapshots.add(snapshot("bsSnap-2", INTERIM.replace("uk8s-x", "uk8s-y"), 7200));
    cluster.claims.add(UID);
    round();
    cluster.bound.add(UID);
    round();
    assertThat(removed).isEmpty();
    round();
    assertThat(removed).containsExactly("bsSnap-1");
    assertThat(leakedSnapshots()).isEmpty();
    assertThat(periodicAudit.report().interims()).contains(List.of());
  }

  @Test
  void anInterimSnapshotThatCannotBeRemovedIsTold() {
    snapshots.add(snapshot("bsSnap-1", INTERIM, 0));
    removalFailure = Optional.of(new Unavailable("RetCode 17031"));
    round();
    round();
    assertThat(periodicAudit.report().interims().orElseThrow()).hasSize(1);
    assertThat(told).singleElement().asString().contains("LEAKED_SNAPSHOTS", "bsSnap-1", "clones");
    removalFailure = Optional.empty();
    round();
    assertThat(removed).containsExactly("bsSnap-1");
  }

  @Test
  void whatTheClaimsAreIsAskedBeforeAnInterimSnapshotGoes() {
    snapshots.add(snapshot("bsSnap-1", INTERIM, 0));
    round();
    cluster.claims.add(UID);
    round();
    assertThat(removed).isEmpty();
  }

  @Test
  void snapshotsThatCannotBeListedDoNotKeepDisksFromBeingCompared() {
    snapshots.add(snapshot("bsSnap-1", "snapshot-1_uk8s-x", 7200));
    disks.add(disk("bsm-1", "pvc-1_uk8s-x", 7200));
    round();
    round();
    snapshotFailure = Optional.of(new Unavailable("the list changed each time"));
    assertThat(round().leaked()).hasSize(1);
    assertThat(leakedSnapshots()).containsExactly("bsSnap-1");
    assertThat(periodicAudit.report().done()).isEqualTo(3);
    assertThat(periodicAudit.report().doubtful()).isEqualTo(1);
  }

  @Test
  void aDiskThatEndsSoonIsToldWithItsDaysToWhoUsesIt() {
    bills.add(paidFor("bsm-15", Duration.ofDays(15)));
    bills.add(paidFor("bsm-13", Duration.ofDays(13).plusHours(5)));
    bills.add(paidFor("bsm-1", Duration.ofHours(30)));
    bills.add(paidFor("bsm-0", Duration.ofHours(-1))); // the cloud has not marked it yet
    round();
    Endangered found = endangered();
    assertThat(found.expiring())
        .extracting(one -> one.disk().id(), Endangered.Expiring::daysLeft)
        .containsExactly(tuple("bsm-0", 0), tuple("bsm-1", 1), tuple("bsm-13", 13));
    assertThat(List.of(found.within(14), found.within(7), found.within(3), found.within(1)))
        .containsExactly(3L, 2L, 2L, 1L);
    assertThat(told)
        .hasSize(3)
        .allMatch(line -> line.startsWith("use of bsm-") && line.contains("DISK_EXPIRES"))
        .anyMatch(line -> line.contains("bsm-13") && line.contains("13 days"))
        .anyMatch(line -> line.contains("bsm-1 ") && line.contains("1 day;"));
  }

  @Test
  void anUnpaidDiskAndOneWhoseKeyIsDisabledAreTold() {
    bills.add(unpaid("bsm-1", "pvc-1_uk8s-x"));
    bills.add(
        bill(
            "bsm-2",
            "pvc-2_uk8s-x",
            new Standing(Optional.empty(), false, Optional.of("Disabled"))));
    round();
    assertThat(endangered().expiring()).isEmpty();
    assertThat(told)
        .hasSize(2)
        .anyMatch(line -> line.contains("DISK_EXPIRED") && line.contains("bsm-1"))
        .anyMatch(line -> line.contains("KEY_UNUSABLE") && line.contains("disabled"));
  }

  @Test
  void billsOfOthersAreNobodysBusinessButThoseOfStaticVolumesAre() {
    bills.add(unpaid("bsm-1", "data"));
    bills.add(unpaid("bsm-2", "pvc-1_uk8s-y"));
    bills.add(unpaid("bsm-3", "imported"));
    cluster.volumes.add(new VolumeId("bsm-3"));
    round();
    assertThat(endangered().expired()).extracting(UDisk::id).containsExactly("bsm-3");
  }

  @Test
  void billsAreReadEverySixHoursAndToldAgain() {
    bills.add(paidFor("bsm-1", Duration.ofDays(2)));
    round();
    now = NOW.plus(Duration.ofHours(6)).minusSeconds(1);
    round();
    assertThat(billsRead).isEqualTo(1);
    now = NOW.plus(Duration.ofHours(6));
    round();
    assertThat(billsRead).isEqualTo(2);
    assertThat(told).hasSize(2);
  }

  @Test
  void billsThatCannotBeReadAreReadInTheNextRoundAndWhatWasKnownStays() {
    bills.add(paidFor("bsm-1", Duration.ofDays(2)));
    round();
    now = NOW.plus(Duration.ofHours(6));
    billFailure = Optional.of(new Unavailable("refused with RetCode 171"));
    round();
    assertThat(endangered().expiring()).hasSize(1);
    assertThat(periodicAudit.report().doubtful()).isEqualTo(1);
    billFailure = Optional.empty();
    round();
    assertThat(billsRead).isEqualTo(3);
  }

  @Test
  void oneBadDayOfAThousandDisksIsNotAThousandTimesThreeEvents() {
    for (int i = 0; i < 1000; i++) {
      bills.add(paidFor("bsm-" + i, Duration.ofDays(1)));
    }
    round();
    assertThat(endangered().expiring()).hasSize(1000);
    assertThat(told).hasSize(100);
  }

  private static UDisk paidFor(String id, Duration left) {
    return bill(
        id,
        "pvc-" + id + "_uk8s-x",
        new Standing(Optional.of(NOW.plus(left)), false, Optional.empty()));
  }

  private static UDisk unpaid(String id, String name) {
    return bill(id, name, new Standing(Optional.of(NOW), true, Optional.empty()));
  }

  private static UDisk bill(String id, String name, Standing standing) {
    return new UDisk(
        id,
        name,
        "cn-bj2-02",
        DiskSize.ofGib(10),
        UDiskStatus.AVAILABLE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        NOW.getEpochSecond(),
        Optional.empty(),
        standing);
  }

  private Endangered endangered() {
    return periodicAudit.report().endangered().orElseThrow();
  }

  private List<UDisk> listBills() {
    billsRead++;
    if (billFailure.isPresent()) {
      throw billFailure.get();
    }
    return List.copyOf(bills);
  }

  private List<String> leakedSnapshots() {
    return periodicAudit.report().leakedSnapshots().orElseThrow().stream()
        .map(snapshot -> snapshot.id().value())
        .toList();
  }

  private List<Snapshot> listSnapshots() {
    snapshotReads++;
    if (snapshotFailure.isPresent()) {
      throw snapshotFailure.get();
    }
    return List.copyOf(snapshots);
  }

  private static Snapshot snapshot(String id, String name, long ageSeconds) {
    return new Snapshot(
        new SnapshotId(id),
        name,
        new VolumeId("bsm-1"),
        DiskSize.ofGib(10),
        NOW.minusSeconds(ageSeconds),
        true);
  }

  private Findings round() {
    assertThat(periodicAudit.round()).isTrue();
    return periodicAudit.report().findings().orElseThrow();
  }

  private List<ListedDisk> list() {
    if (listFailure.isPresent()) {
      throw listFailure.get();
    }
    return List.copyOf(disks);
  }

  private static ListedDisk disk(String id, String name, long ageSeconds) {
    return new ListedDisk(
        new VolumeId(id),
        name,
        DiskSize.ofGib(10),
        NOW.getEpochSecond() - ageSeconds,
        Optional.empty(),
        Optional.empty());
  }

  private static ListedDisk on(String host, ListedDisk disk) {
    return new ListedDisk(
        disk.id(),
        disk.name(),
        disk.size(),
        disk.createTime(),
        Optional.of(new NodeId(host)),
        Optional.empty());
  }

  private final class Removed implements Interims {
    @Override
    public long taken() {
      return interimsTaken;
    }

    @Override
    public void remove(SnapshotId snapshot) {
      if (removalFailure.isPresent()) {
        throw removalFailure.get();
      }
      removed.add(snapshot.value());
    }
  }

  private final class Told implements EventRecorder {
    @Override
    public void about(Claim claim, VolumeEvent notice) {
      told.add(claim + ": " + notice);
    }

    @Override
    public void about(VolumeId volume, VolumeEvent notice) {
      told.add(volume + ": " + notice);
    }

    @Override
    public void aboutUse(VolumeId volume, VolumeEvent notice) {
      told.add("use of " + volume + ": " + notice);
    }

    @Override
    public void aboutNode(String node, VolumeEvent notice) {
      told.add(node + ": " + notice);
    }

    @Override
    public void aboutDriver(VolumeEvent notice) {
      told.add("driver: " + notice);
    }
  }
}
