package cn.ucloud.csi.udisk.controller.label;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeLabelApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeLabelledVolumes;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LabelUpkeepTest {
  private static final Duration INTERVAL = Duration.ofMinutes(10);
  private static final Optional<String> TEAM = Optional.of("team=${pvc.labels.team}");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi disks = new FakeDiskApi(time);
  private final FakeSnapshotApi snapshotApi = new FakeSnapshotApi(disks);
  private final FakeLabelApi cloud = new FakeLabelApi(disks);
  private final FakeLabelledVolumes volumes = new FakeLabelledVolumes();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private int snapshotLists;
  private LabelUpkeep upkeep = process("");

  /** A new process, as after kill -9. */
  private LabelUpkeep process(String extra) {
    return new LabelUpkeep(
        cloud,
        volumes,
        () -> {
          snapshotLists++;
          return List.copyOf(snapshots);
        },
        new Told(),
        Permission.always(),
        LabelTemplate.parse("--extra-labels", extra),
        INTERVAL,
        time);
  }

  @Test
  void whoWantsNoLabelsHasNoCallAndNoQuestion() {
    volume("pvc-1", "bsm-1", Optional.empty());
    volumes.claim("pvc-1", "shop", "data-0", Map.of("team", "db"));
    settle();
    passAndSettle();
    assertThat(cloud.orders).isEmpty();
    assertThat(cloud.looks).isZero();
    assertThat(volumes.claimsAsked + volumes.listsOfClaims + snapshotLists).isZero();
    assertThat(upkeep.report()).isEqualTo(new LabelUpkeep.Report(0, 0, true, 0, 0));
  }

  @Test
  void aNewVolumeCostsOneChangeAndIsNotAskedAboutAgain() {
    settle();
    labelled("pvc-1", "bsm-1", "db");
    upkeep.met(volumes.find("pvc-1").orElseThrow());
    settle();
    assertThat(cloud.orders).containsExactly("bind bsm-1 [team=db]");
    assertThat(bound("pvc-1")).contains("team=db");
    passAndSettle();
    assertThat(cloud.orders).hasSize(1);
    assertThat(cloud.looks).isEqualTo(1);
  }

  @Test
  void manyNewVolumesAreReadTogether() {
    for (int i = 0; i < 20; i++) {
      labelled("pvc-" + i, "bsm-" + i, "db");
    }
    volumes.all().forEach(upkeep::met);
    settle();
    assertThat(cloud.orders).hasSize(20);
    assertThat(cloud.looks).isEqualTo(1);
  }

  @Test
  void whatAProcessLeftUndoneTheNextOneFinds() {
    labelled("pvc-1", "bsm-1", "db");
    upkeep = process("");
    settle();
    assertThat(shown("bsm-1")).containsExactly(new Label("team", "db"));
  }

  @Test
  void killedBetweenBindingAndMarkingNothingIsBoundTwice() {
    labelled("pvc-1", "bsm-1", "db");
    cloud.bind("bsm-1", List.of(new Label("team", "db")));
    upkeep = process("");
    settle();
    assertThat(cloud.orders).hasSize(1);
    assertThat(bound("pvc-1")).as("it may be somebody else's").contains("~team=db");
  }

  @Test
  void aLabelOfTheClaimThatChangesIsFollowed() {
    labelled("pvc-1", "bsm-1", "db");
    settle();
    volumes.claim("pvc-1", "shop", "data-0", Map.of("team", "web"));
    passAndSettle();
    assertThat(shown("bsm-1")).containsExactly(new Label("team", "web"));
    volumes.claim("pvc-1", "shop", "data-0", Map.of());
    passAndSettle();
    assertThat(shown("bsm-1")).isEmpty();
    assertThat(bound("pvc-1")).isEmpty();
    assertThat(upkeep.report().disks()).isZero();
  }

  @Test
  void aLabelOfTheNamespaceThatChangesIsFollowed() {
    volume("pvc-1", "bsm-1", Optional.of("cost=${namespace.labels.cost-center}"));
    volumes.claim("pvc-1", "shop", "data-0", Map.of());
    volumes.namespace("shop", Map.of("cost-center", "1"));
    settle();
    volumes.namespace("shop", Map.of("cost-center", "2"));
    passAndSettle();
    assertThat(shown("bsm-1")).containsExactly(new Label("cost", "2"));
  }

  @Test
  void aVolumeWhoseClaimIsGoneKeepsItsLabels() {
    labelled("pvc-1", "bsm-1", "db");
    settle();
    volumes.deleteClaim("pvc-1");
    passAndSettle();
    assertThat(shown("bsm-1")).containsExactly(new Label("team", "db"));
  }

  @Test
  void allDisksGetTheExtraLabelsAndLoseThemWithTheFlag() {
    volume("pvc-1", "bsm-1", Optional.empty());
    labelled("pvc-2", "bsm-2", "db");
    upkeep = process("cluster=one,team=all");
    settle();
    assertThat(bound("pvc-1")).contains("cluster=one,team=all");
    assertThat(bound("pvc-2")).contains("cluster=one,team=db");
    upkeep = process("");
    settle();
    assertThat(shown("bsm-1")).isEmpty();
    assertThat(shown("bsm-2")).containsExactly(new Label("team", "db"));
  }

  @Test
  void somebodyElsesLabelIsKeptAndTheConflictToldEachRound() {
    labelled("pvc-1", "bsm-1", "db");
    cloud.put("bsm-1", new Label("team", "finance"));
    cloud.put("bsm-1", new Label("owner", "ann"));
    settle();
    assertThat(shown("bsm-1"))
        .containsExactly(new Label("team", "finance"), new Label("owner", "ann"));
    assertThat(told)
        .containsExactly(
            "bsm-1 LABELS_NOT_BOUND disk bsm-1 does not have all labels that it is to have, and can"
                + " be used all the same: the disk has team=finance already, which this driver did"
                + " not bind and leaves as it is");
    assertThat(upkeep.report()).isEqualTo(new LabelUpkeep.Report(1, 0, true, 0, 1));
    passAndSettle();
    assertThat(told).hasSize(2);
  }

  @Test
  void aRefusedDiskIsToldAndKeepsNoOtherFromItsLabels() {
    labelled("pvc-1", "bsm-1", "db");
    labelled("pvc-2", "bsm-2", "db");
    cloud.faults.add(new Fault.Refused(230));
    settle();
    assertThat(told).singleElement().asString().contains("bsm-1", "RetCode 230");
    assertThat(bound("pvc-2")).contains("team=db");
    assertThat(upkeep.report().disks()).isEqualTo(1);
    passAndSettle();
    assertThat(bound("pvc-1")).contains("team=db");
    assertThat(upkeep.report()).isEqualTo(new LabelUpkeep.Report(0, 0, true, 2, 1));
  }

  @Test
  void aKeyThatMayNotLabelTriesOneDiskAMinuteAndToldIsWhy() {
    for (int i = 0; i < 50; i++) {
      labelled("pvc-" + i, "bsm-" + i, "db");
    }
    for (int i = 0; i < 10; i++) {
      cloud.faults.add(new Fault.Refused(299));
    }
    long begin = time.now();
    while (!cloud.faults.isEmpty()) {
      step();
    }
    assertThat(Duration.ofNanos(time.now() - begin)).isGreaterThan(Duration.ofMinutes(9));
    assertThat(cloud.orders).hasSize(10);
    assertThat(told).hasSize(10).allMatch(line -> line.contains("RetCode 299"));
    settle();
    assertThat(upkeep.report().disks()).isZero();
  }

  @Test
  void anAnswerThatIsLostIsFoundOut() {
    labelled("pvc-1", "bsm-1", "db");
    cloud.faults.add(new Fault.AnswerLost());
    settle();
    passAndSettle();
    assertThat(cloud.orders).hasSize(1);
    assertThat(bound("pvc-1")).contains("team=db");
    assertThat(upkeep.report().disks()).isZero();
  }

  @Test
  void aValueThatCouldNotBeTakenOffIsTakenOffLater() {
    labelled("pvc-1", "bsm-1", "db");
    settle();
    volumes.claim("pvc-1", "shop", "data-0", Map.of("team", "web"));
    cloud.faults.add(new Fault.Refused(230));
    passAndSettle();
    assertThat(shown("bsm-1")).containsExactly(new Label("team", "db"));
    passAndSettle();
    assertThat(shown("bsm-1")).containsExactly(new Label("team", "web"));
  }

  @Test
  void whileTheCloudOrTheClusterIsAwayNothingIsConcluded() {
    labelled("pvc-1", "bsm-1", "db");
    cloud.readFailure = Optional.of(new Unavailable("the cloud is away"));
    step();
    step();
    cloud.readFailure = Optional.empty();
    volumes.failure = Optional.of(new Unavailable("the API server is away"));
    step();
    volumes.failure = Optional.empty();
    settle();
    assertThat(bound("pvc-1")).contains("team=db");
  }

  @Test
  void whatSomebodyWroteWrongOnAVolumeIsToldAndTheOthersAreLabelled() {
    volume("pvc-1", "bsm-1", Optional.of("team"));
    labelled("pvc-2", "bsm-2", "db");
    settle();
    assertThat(told)
        .singleElement()
        .asString()
        .contains("bsm-1", "volumeAttributes.labels must not have 'team'");
    assertThat(bound("pvc-2")).contains("team=db");
  }

  @Test
  void twentyThousandVolumesAreComparedWithoutACallAndLabelledAtAPace() {
    for (int i = 0; i < 20_000; i++) {
      volumes.put("pvc-" + i, new VolumeId("bsm-" + i), TEAM);
      volumes.claim("pvc-" + i, "shop", "data-" + i, Map.of("team", "db"));
      volumes.mark("pvc-" + i, "team=db");
    }
    settle();
    assertThat(cloud.looks).isZero();
    assertThat(volumes.claimsAsked).isZero();
    assertThat(volumes.listsOfClaims).isEqualTo(1);
  }

  @Test
  void aSnapshotGetsWhatItsDiskHasOnce() {
    labelled("pvc-1", "bsm-1", "db");
    settle();
    snapshot("bsSnap-1", "bsm-1");
    snapshot("bsSnap-2", "bsm-other");
    cloud.put("bsSnap-1", new Label("owner", "ann"));
    passAndSettle();
    assertThat(shown("bsSnap-1"))
        .containsExactly(new Label("owner", "ann"), new Label("team", "db"));
    assertThat(shown("bsSnap-2")).isEmpty();
    volumes.claim("pvc-1", "shop", "data-0", Map.of("team", "web"));
    passAndSettle();
    assertThat(shown("bsSnap-1")).contains(new Label("team", "db"));
  }

  @Test
  void aSnapshotWhoseVolumeIsGoneGetsTheExtraLabelsThatNameNothing() {
    snapshot("bsSnap-1", "bsm-gone");
    upkeep = process("cluster=one,claim=${pvc.name}");
    settle();
    assertThat(shown("bsSnap-1")).containsExactly(new Label("cluster", "one"));
  }

  @Test
  void aSnapshotThatIsRefusedIsTriedAgain() {
    snapshot("bsSnap-1", "bsm-gone");
    upkeep = process("cluster=one");
    cloud.faults.add(new Fault.Refused(230));
    settle();
    assertThat(upkeep.report().snapshots()).isEqualTo(1);
    assertThat(told).singleElement().asString().contains("snapshot bsSnap-1");
    passAndSettle();
    assertThat(upkeep.report().snapshots()).isZero();
    assertThat(shown("bsSnap-1")).containsExactly(new Label("cluster", "one"));
  }

  private void labelled(String name, String disk, String team) {
    volume(name, disk, TEAM);
    volumes.claim(name, "shop", "data-" + name, Map.of("team", team));
  }

  private void volume(String name, String disk, Optional<String> template) {
    disks.put(FakeDiskApi.disk(disk, name + "_uk8s-x", UDiskStatus.AVAILABLE, Optional.empty()));
    volumes.put(name, new VolumeId(disk), template);
  }

  private void snapshot(String id, String disk) {
    snapshotApi.put(id, "snapshot-1_uk8s-x", disk);
    snapshots.add(
        new Snapshot(
            new SnapshotId(id),
            "snapshot-1_uk8s-x",
            new VolumeId(disk),
            DiskSize.ofGib(10),
            Instant.EPOCH,
            true));
  }

  private Optional<String> bound(String volume) {
    return volumes.find(volume).orElseThrow().bound();
  }

  private List<Label> shown(String resource) {
    int looks = cloud.looks;
    List<Label> shown = requireNonNull(cloud.of(List.of(resource)).get(resource));
    cloud.looks = looks;
    return shown;
  }

  /** Until there is nothing to do before the next look. */
  private void settle() {
    while (step().isZero()) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  private void passAndSettle() {
    time.pass(INTERVAL);
    settle();
  }

  private Duration step() {
    try {
      return upkeep.step();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Told implements EventRecorder {
    @Override
    public void about(Claim claim, VolumeEvent notice) {
      told.add(claim + " " + notice.reason());
    }

    @Override
    public void about(VolumeId volume, VolumeEvent notice) {
      told.add(volume + " " + notice.reason() + " " + notice.text());
    }

    @Override
    public void aboutNode(String node, VolumeEvent notice) {
      told.add("node " + node + " " + notice.reason());
    }

    @Override
    public void aboutDriver(VolumeEvent notice) {
      told.add("driver " + notice.reason());
    }
  }
}
