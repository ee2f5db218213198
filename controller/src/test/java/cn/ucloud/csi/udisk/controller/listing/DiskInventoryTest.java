package cn.ucloud.csi.udisk.controller.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.polling.RecentChanges;
import cn.ucloud.csi.udisk.controller.polling.StaleReads;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All volumes with their nodes: whole and young, or not at all. */
class DiskInventoryTest {
  private static final NodeId A = new NodeId("uhost-a");
  private static final VolumeId FREE = new VolumeId("bsm-01");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final Volumes volumes = FakeCloud.volumes(cloud, time);
  private final RecentChanges lastSeen =
      new RecentChanges(new StaleReads(Duration.ofSeconds(15), time), FakeCloud.SETTLE, time);
  private final AtomicInteger pages = new AtomicInteger();

  @BeforeEach
  void twentyFiveDisksOnThreePages() {
    for (int i = 1; i <= 24; i++) {
      put("bsm-%02d".formatted(i), UDiskStatus.AVAILABLE, Optional.empty());
    }
    put("bsm-25", UDiskStatus.INUSE, Optional.of("uhost-b"));
    cloud.pageSize = 10;
    cloud.betweenPages = pages::incrementAndGet;
    time.pass(Duration.ofMinutes(2));
  }

  @Test
  void allDisksAreThereWithTheirNodes() {
    assertThat(volumes.all()).hasSize(25);
    assertThat(nodeOf("bsm-25")).contains(new NodeId("uhost-b"));
    assertThat(nodeOf("bsm-01")).isEmpty();
  }

  @Test
  void whoAsksIsToldOfNothingOlderThanTenSeconds() {
    long start = time.now();
    volumes.all();
    assertThat(Duration.ofNanos(time.now() - start)).isEqualTo(Duration.ofMillis(500));
    volumes.all();
    assertThat(pages).hasValue(3);
    time.pass(Duration.ofSeconds(10));
    volumes.all();
    assertThat(pages).hasValue(6);
  }

  /** Of twenty thousand volumes there are forty parts. */
  @Test
  void thePartsOfOneAnswerAreOfOneReading() {
    volumes.all();
    time.pass(Duration.ofMinutes(2));
    assertThat(volumes.allFurther()).hasSize(25);
    assertThat(pages).hasValue(3);
    time.pass(Duration.ofMinutes(1));
    assertThat(volumes.allFurther()).hasSize(25);
    assertThat(pages).hasValue(6);
  }

  @Test
  void ourOwnAttachmentsAreSeenAtOnceAndForAsLongAsListsLag() {
    volumes.all();
    attach();
    assertThat(nodeOf("bsm-01")).contains(A);
    cloud.lag = Duration.ofSeconds(14);
    time.pass(cloud.lag);
    volumes.detach(FREE, Optional.of(A), Progress.unwatched());
    time.pass(Duration.ofMinutes(1));
    assertThat(nodeOf("bsm-01")).isEmpty();
    volumes.delete(FREE, Progress.unwatched());
    assertThat(volumes.all()).hasSize(24);
  }

  @Test
  void whatOthersChangeLaterIsSeenInTheEnd() {
    attach();
    time.pass(Duration.ofMinutes(2));
    put("bsm-01", UDiskStatus.AVAILABLE, Optional.empty()); // detached in the console
    assertThat(nodeOf("bsm-01")).isEmpty();
  }

  @Test
  void aListSaysThatADiskIsFreeOnceAndNotForLong() {
    DiskInventory listing = listing();
    assertThat(listing.findFree(FREE)).as("before any list").isEmpty();
    listing.all();
    assertThat(listing.findFree(new VolumeId("bsm-25"))).as("attached").isEmpty();
    assertThat(listing.findFree(new VolumeId("bsm-99"))).as("not met").isEmpty();
    assertThat(listing.findFree(FREE)).isPresent();
    assertThat(listing.findFree(FREE)).as("by the same list").isEmpty();
    time.pass(Duration.ofSeconds(10));
    listing.all();
    assertThat(listing.findFree(FREE)).as("by the next list").isPresent();
    time.pass(Duration.ofSeconds(75));
    assertThat(listing.findFree(new VolumeId("bsm-02"))).as("too old").isEmpty();
  }

  @Test
  void aListIsNotBelievedOfADiskThatWeHaveSeenSince() {
    DiskInventory listing = listing();
    listing.all();
    time.pass(Duration.ofSeconds(5));
    lastSeen.saw("bsm-01", Optional.empty());
    time.pass(Duration.ofSeconds(60));
    assertThat(listing.findFree(FREE)).isEmpty();
  }

  private DiskInventory listing() {
    return new DiskInventory(cloud, Set::of, lastSeen, time, Runnable::run);
  }

  @Test
  void aDiskOnItsWayToANodeIsNotThereYetAndOneOnItsWayOutStillIs() {
    put("bsm-01", UDiskStatus.ATTACHING, Optional.of("uhost-a"));
    put("bsm-02", UDiskStatus.DETACHING, Optional.of("uhost-a"));
    time.pass(Duration.ofSeconds(1));
    assertThat(nodeOf("bsm-01")).isEmpty();
    assertThat(nodeOf("bsm-02")).contains(A);
  }

  @Test
  void aDetachInTheConsoleJustAfterOurAttachIsNotHiddenForLong() {
    attach();
    put("bsm-01", UDiskStatus.AVAILABLE, Optional.empty());
    time.pass(Duration.ofSeconds(16));
    assertThat(nodeOf("bsm-01")).isEmpty();
  }

  @Test
  void aDiskThatIsDeletedOnTheWayIsListedAtMostOnceMore() {
    cloud.betweenPages =
        () -> {
          if (pages.incrementAndGet() == 2) {
            cloud.delete(cloud.find(FREE).orElseThrow());
          }
        };
    assertThat(volumes.all()).hasSizeBetween(24, 25);
    time.pass(Duration.ofSeconds(10));
    assertThat(volumes.all()).hasSize(24);
  }

  @Test
  void aListThatNeverHoldsStillIsShown() {
    cloud.betweenPages =
        () -> put("bsm-x" + pages.incrementAndGet(), UDiskStatus.AVAILABLE, Optional.empty());
    assertThat(volumes.all()).hasSizeGreaterThanOrEqualTo(25);
  }

  @Test
  void whenTheCloudCannotBeReadNobodyIsToldOfWhatWasBefore() {
    volumes.all();
    cloud.readFailure = Optional.of(new Unavailable("no route"));
    time.pass(Duration.ofSeconds(15));
    assertThatThrownBy(volumes::all).isInstanceOf(DriverException.class).hasMessage("no route");
    assertThat(volumes.allFurther()).hasSize(25);
    cloud.readFailure = Optional.empty();
    assertThat(volumes.all()).hasSize(25);
  }

  @Test
  void oneVolumeIsReadAsItIsNow() {
    assertThat(volumes.find(FREE).orElseThrow().volume().size()).isEqualTo(DiskSize.ofGib(10));
    attach();
    assertThat(volumes.find(FREE).orElseThrow().node()).contains(A);
    assertThat(volumes.find(new VolumeId("bsm-no"))).isEmpty();
  }

  private void attach() {
    volumes.attach(FREE, A, Progress.unwatched());
  }

  private Optional<NodeId> nodeOf(String id) {
    return volumes.all().stream()
        .filter(state -> state.volume().id().value().equals(id))
        .findFirst()
        .orElseThrow()
        .node();
  }

  private void put(String id, UDiskStatus status, Optional<String> host) {
    time.pass(Duration.ofMillis(1));
    cloud.put(FakeDiskApi.disk(id, "pvc-" + id, status, host));
  }
}
