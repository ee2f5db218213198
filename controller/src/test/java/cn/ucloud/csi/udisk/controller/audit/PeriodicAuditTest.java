package cn.ucloud.csi.udisk.controller.audit;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
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
  private static final Duration LEAK_AGE = Duration.ofHours(1);

  private final List<ListedDisk> disks = new ArrayList<>();
  private final FakeClusterRecords cluster = new FakeClusterRecords();
  private final List<String> told = new ArrayList<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private Optional<RuntimeException> listFailure = Optional.empty();
  private Optional<RuntimeException> snapshotFailure = Optional.empty();
  private final PeriodicAudit periodicAudit =
      new PeriodicAudit(
          new PeriodicAudit.Cloud(this::list, this::listSnapshots),
          cluster,
          new Told(),
          Permission.always(),
          "uk8s-x",
          new PeriodicAudit.Rhythm(Duration.ofMinutes(10), LEAK_AGE),
          TimeSource.real(),
          () -> NOW);

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
  void whereSnapshotsHaveNoRecordsTheCloudIsNotAskedAndNothingIsSaid() {
    cluster.hasSnapshotRecords = false;
    snapshotFailure = Optional.of(new IllegalStateException("asked"));
    round();
    round();
    assertThat(periodicAudit.report().leakedSnapshots()).isEmpty();
    assertThat(periodicAudit.report().doubtful()).isZero();
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

  private List<String> leakedSnapshots() {
    return periodicAudit.report().leakedSnapshots().orElseThrow().stream()
        .map(snapshot -> snapshot.id().value())
        .toList();
  }

  private List<Snapshot> listSnapshots() {
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
      throw new AssertionError("nothing of an audit is about use");
    }

    @Override
    public void aboutDriver(VolumeEvent notice) {
      told.add("driver: " + notice);
    }
  }
}
