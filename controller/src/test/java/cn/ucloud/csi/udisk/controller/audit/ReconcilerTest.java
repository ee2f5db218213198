package cn.ucloud.csi.udisk.controller.audit;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.volume.Claim;
import cn.ucloud.csi.udisk.controller.volume.ListedDisk;
import cn.ucloud.csi.udisk.controller.volume.Notice;
import cn.ucloud.csi.udisk.controller.volume.Notices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
  private static final Duration LEAK_AGE = Duration.ofHours(1);

  private final List<ListedDisk> disks = new ArrayList<>();
  private final InMemoryRecords cluster = new InMemoryRecords();
  private final List<String> told = new ArrayList<>();
  private Optional<RuntimeException> listFailure = Optional.empty();
  private final Reconciler reconciler =
      new Reconciler(
          this::list,
          cluster,
          new Told(),
          Permission.always(),
          new Audit("uk8s-x", LEAK_AGE),
          new Reconciler.Rhythm(Duration.ofMinutes(10), LEAK_AGE),
          Pause.real(),
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
    disks.add(disk("bsm-2", "pvc-2_uk8s-x", 7200));
    cluster.volumes.add(new VolumeId("bsm-1"));
    cluster.wanted.add(new VolumeId("bsm-2"));
    round();
    assertThat(round().leaked()).isEmpty();
    cluster.wanted.clear();
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
    cluster.attached.add(new VolumeId("bsm-5"));
    cluster.nodes.add(new NodeId("uhost-a"));
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
    cluster.nodes.addAll(List.of(new NodeId("uhost-a"), new NodeId("uhost-b")));
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
    assertThat(reconciler.round()).isFalse();
    assertThat(reconciler.report().findings()).isEmpty();
    listFailure = Optional.empty();
    round();
    cluster.failure = Optional.of(new Unavailable("the nodes are not known yet"));
    assertThat(reconciler.round()).isFalse();
    cluster.failure = Optional.empty();
    assertThat(told).isEmpty();
    assertThat(round().leaked()).hasSize(1);
    listFailure = Optional.of(new IllegalStateException("a bug"));
    assertThat(reconciler.round()).isFalse();
    assertThat(reconciler.report().findings().orElseThrow().leaked()).hasSize(1);
    assertThat(reconciler.report().done()).isEqualTo(2);
    assertThat(reconciler.report().doubtful()).isEqualTo(3);
    assertThat(reconciler.report().lastDone()).contains(NOW);
  }

  private Findings round() {
    assertThat(reconciler.round()).isTrue();
    return reconciler.report().findings().orElseThrow();
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

  private final class Told implements Notices {
    @Override
    public void about(Claim claim, Notice notice) {
      told.add(claim + ": " + notice);
    }

    @Override
    public void about(VolumeId volume, Notice notice) {
      told.add(volume + ": " + notice);
    }

    @Override
    public void aboutDriver(Notice notice) {
      told.add("driver: " + notice);
    }
  }

  private static final class InMemoryRecords implements ClusterRecords, ClusterRecords.Look {
    final Set<VolumeId> volumes = new HashSet<>();
    final Set<VolumeId> wanted = new HashSet<>();
    final Set<VolumeId> attached = new HashSet<>();
    final Set<NodeId> nodes = new HashSet<>();
    Optional<Unavailable> failure = Optional.empty();

    @Override
    public Look look() {
      if (failure.isPresent()) {
        throw failure.get();
      }
      return this;
    }

    @Override
    public Set<VolumeId> wanted(List<ListedDisk> suspects) {
      return wanted;
    }

    @Override
    public boolean hasVolume(VolumeId disk) {
      return volumes.contains(disk);
    }

    @Override
    public boolean isNode(ListedDisk disk) {
      return disk.host().filter(nodes::contains).isPresent();
    }

    @Override
    public boolean mayBeAttached(ListedDisk disk) {
      return attached.contains(disk.id());
    }
  }
}
