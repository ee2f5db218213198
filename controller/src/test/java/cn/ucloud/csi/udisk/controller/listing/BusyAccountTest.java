package cn.ucloud.csi.udisk.controller.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.NodeDirectory;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakePublishedNodes;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ListVolumes in an account in which others make and delete disks all the time, in virtual time:
 * each call of the API takes 100 ms, and the attacher asks once a minute.
 */
class BusyAccountTest {
  private static final VolumeId UNREADABLE = new VolumeId("bsm-unreadable");
  private static final NodeId HOST = new NodeId("uhost-a");
  private static final Duration ROUND_TRIP = Duration.ofMillis(100);
  private static final Duration RECONCILE = Duration.ofMinutes(1);

  private final VirtualTime time = new VirtualTime();
  private final BusyRegion region = new BusyRegion();
  private final FakePublishedNodes cluster = new FakePublishedNodes();
  private final Set<VolumeId> known = cluster.volumes;
  private final Volumes volumes =
      FakeCloud.volumes(
          region,
          new ClusterView(
              NodeDirectory.none(),
              Scheduling.none(),
              ForceDetachPolicy.none(),
              cluster,
              EventRecorder.none()),
          time);

  /** Time passes with each call, and others change the account meanwhile. */
  private final class BusyRegion extends FakeDiskApi {
    private final List<UDisk> list = new ArrayList<>();
    private Duration everySoOften = Duration.ofDays(1);
    private boolean isNewestFirst;
    private boolean alsoDeletes;
    private long nextChange;
    private int foreign;
    private int calls;
    private final Random dice = new Random(3);

    private BusyRegion() {
      super(time);
    }

    private void call() {
      calls++;
      time.pass(ROUND_TRIP);
      while (time.now() >= nextChange) {
        nextChange += everySoOften.toNanos();
        change();
      }
    }

    private void change() {
      add(disk("bsm-foreign-" + foreign++, "web", UDiskStatus.AVAILABLE, Optional.empty()));
      if (alsoDeletes) {
        List<UDisk> others = list.stream().filter(disk -> disk.name().equals("web")).toList();
        list.remove(others.get(dice.nextInt(others.size())));
      }
    }

    private void add(UDisk disk) {
      list.add(isNewestFirst ? 0 : list.size(), disk);
    }

    private void replace(UDisk disk) {
      list.replaceAll(old -> old.id().equals(disk.id()) ? disk : old);
    }

    @Override
    public Page<UDisk> page(int offset) {
      call();
      return new Page<>(list.stream().skip(offset).limit(100).toList(), list.size());
    }

    @Override
    public Optional<UDisk> find(VolumeId id) {
      call();
      if (id.equals(UNREADABLE)) {
        throw new Unavailable("no route");
      }
      return list.stream().filter(disk -> disk.id().equals(id.value())).findFirst();
    }
  }

  @BeforeEach
  void aProcessThatIsNotYoung() {
    time.pass(FakeCloud.SETTLE);
    region.nextChange = time.now();
  }

  @ParameterizedTest
  @CsvSource({
    "10000, 2, true, false",
    "10000, 2, false, false",
    "10000, 2, true, true",
    "10000, 2, false, true",
    "3000, 10, true, true",
    "2000, 5, false, true"
  })
  void everyListingSucceedsAndHasEveryVolumeOfTheCluster(
      int disks, int seconds, boolean newestFirst, boolean alsoDeletes) {
    account(disks, newestFirst);
    region.everySoOften = Duration.ofSeconds(seconds);
    region.alsoDeletes = alsoDeletes;
    int rounds = 30;
    for (int round = 0; round < rounds; round++) {
      int before = region.calls;
      assertThat(placed()).as("round %d", round).containsOnlyKeys(known).containsValues(HOST);
      assertThat(region.calls - before).isLessThanOrEqualTo(disks / 85 + 10);
      time.pass(RECONCILE);
    }
  }

  /** Far more is deleted between two pages than they overlap. */
  @Test
  void whatAWalkHasPassedOverIsAskedForByItself() {
    account(3000, false);
    List<UDisk> others = new ArrayList<>(region.list);
    region.everySoOften = ROUND_TRIP.dividedBy(15);
    region.alsoDeletes = true;
    assertThat(placed()).containsOnlyKeys(known);
    assertThat(others).hasSizeGreaterThan(2000);
  }

  @Test
  void aDiskThatIsGoneIsAskedForOnceInAWhileAndNotEachTime() {
    account(500, false);
    for (int i = 0; i < 90; i++) {
      known.add(new VolumeId("bsm-gone-" + i));
    }
    assertThat(placed()).hasSize(known.size() - 90);
    int before = region.calls;
    for (int round = 0; round < 5; round++) {
      time.pass(RECONCILE);
      assertThat(placed()).hasSize(known.size() - 90);
    }
    assertThat(region.calls - before).isEqualTo(5 * 6);
    time.pass(Duration.ofMinutes(10));
    before = region.calls;
    placed();
    assertThat(region.calls - before).isEqualTo(6 + 90);
  }

  @Test
  void moreVolumesWithoutADiskThanCanBeAskedForAreFoundOutInSeveralRounds() {
    account(500, false);
    for (int i = 0; i < 250; i++) {
      known.add(new VolumeId("bsm-gone-" + i));
    }
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(volumes::all)
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("disks of this cluster were not met in the region's list");
      time.pass(RECONCILE);
    }
    assertThat(placed()).hasSize(known.size() - 250);
  }

  @Test
  void aKnownDiskThatCannotBeAskedForIsNotLeftOut() {
    account(500, false);
    known.add(UNREADABLE);
    assertThatThrownBy(volumes::all).hasMessage("no route");
  }

  /** Whatever the moment: the next question is answered with it, and that is within 75 s. */
  @Test
  void aDetachInTheConsoleIsListedWhenTheAttacherAsksTheNextTime() {
    account(10_000, true);
    region.everySoOften = Duration.ofSeconds(2);
    UDisk disk = region.list.stream().filter(d -> d.hostId().isPresent()).findFirst().orElseThrow();
    VolumeId id = new VolumeId(disk.id());
    for (int second = 0; second < 60; second += 7) {
      assertThat(placed()).containsKey(id);
      long asked = time.now();
      time.pass(Duration.ofSeconds(second));
      region.replace(
          FakeDiskApi.disk(disk.id(), disk.name(), UDiskStatus.AVAILABLE, Optional.empty()));
      long detached = time.now();
      time.pass(RECONCILE.minus(Duration.ofNanos(time.now() - asked)));
      assertThat(placed()).doesNotContainKey(id);
      assertThat(Duration.ofNanos(time.now() - detached)).isLessThan(Duration.ofSeconds(75));
      region.replace(disk);
      time.pass(RECONCILE);
    }
  }

  /** Every tenth disk is ours, and on its host. */
  private void account(int disks, boolean newestFirst) {
    region.isNewestFirst = newestFirst;
    for (int i = 0; i < disks; i++) {
      boolean isOurs = i % 10 == 0;
      String id = (isOurs ? "bsm-" : "bsm-other-") + i;
      region.add(
          isOurs
              ? FakeDiskApi.disk(id, "pvc-" + i, UDiskStatus.INUSE, Optional.of(HOST.value()))
              : FakeDiskApi.disk(id, "web", UDiskStatus.AVAILABLE, Optional.empty()));
      if (isOurs) {
        known.add(new VolumeId(id));
      }
    }
  }

  private Map<VolumeId, NodeId> placed() {
    return volumes.all().stream()
        .filter(state -> state.node().isPresent())
        .collect(Collectors.toMap(state -> state.volume().id(), state -> state.node().get()));
  }
}
