package cn.ucloud.csi.udisk.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedLooksTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");

  private final VirtualTime time = new VirtualTime();
  private final FakeUDisks cloud = new FakeUDisks(time);
  private final AtomicInteger pages = new AtomicInteger();
  private final SharedLooks looks = new SharedLooks(cloud, new Turns(time));

  @BeforeEach
  void threePagesOfDisks() {
    for (int i = 1; i <= 30; i++) {
      put("bsm-" + i, UDiskStatus.ATTACHING);
    }
    cloud.pageSize = 10;
    cloud.betweenPages = pages::incrementAndGet;
    time.pass(Duration.ofSeconds(1));
  }

  @Test
  void fewAskForTheirOwnDiskAtOnce() {
    waiting(2);
    assertThat(looks.find(DISK).map(UDisk::status)).contains(UDiskStatus.ATTACHING);
    assertThat(pages).hasValue(0);
  }

  @Test
  void manyWalkThroughTheRegion() {
    waiting(20);
    assertThat(looks.find(DISK).map(UDisk::status)).contains(UDiskStatus.ATTACHING);
    assertThat(pages).hasValue(3);
  }

  @Test
  void aLookIsNeverOlderThanItsQuestion() {
    waiting(20);
    looks.find(DISK);
    put("bsm-1", UDiskStatus.INUSE);
    assertThat(looks.find(DISK).map(UDisk::status)).contains(UDiskStatus.INUSE);
    assertThat(pages).hasValue(6);
  }

  @Test
  void walksTakeTwoCallsASecond() {
    waiting(20);
    looks.find(DISK);
    long start = time.now();
    looks.find(DISK);
    assertThat(Duration.ofNanos(time.now() - start)).isEqualTo(Duration.ofMillis(1650));
  }

  @Test
  void moreDisksThanWaitersAreNotWalkedThrough() {
    waiting(20);
    looks.find(DISK);
    for (int i = 20; i > 4; i--) {
      looks.leave();
    }
    looks.find(DISK);
    assertThat(pages).hasValue(3);
  }

  @Test
  void absenceIsNotConcludedFromPages() {
    waiting(20);
    // Every page that is read pushes the disk behind the next one.
    cloud.betweenPages = () -> cloud.pageSize = 0;
    assertThat(looks.find(DISK)).isPresent();
    assertThat(looks.find(new VolumeId("bsm-none"))).isEmpty();
    assertThat(cloud.looksById).isEqualTo(2);
  }

  @Test
  void onePageThatHoldsAllProvesAbsenceToWhoWaits() {
    cloud.pageSize = 100;
    waiting(20);
    assertThat(looks.find(new VolumeId("bsm-none"))).isEmpty();
    assertThat(cloud.looksById).isZero();
  }

  @Test
  void whoBeginsToWorkReadsForItselfThatADiskIsAbsent() {
    cloud.pageSize = 100;
    waiting(20);
    assertThat(looks.read(new VolumeId("bsm-none"))).isEmpty();
    assertThat(cloud.looksById).isEqualTo(1);
  }

  @Test
  void oneWalkServesWhoLooksForNames() {
    cloud.pageSize = 100;
    waiting(20);
    assertThat(looks.named(List.of("pvc-none", "pvc-bsm-7")))
        .extracting(UDisk::id)
        .containsExactly("bsm-7");
    assertThat(looks.named(List.of("pvc-none", "none"))).isEmpty();
    assertThat(pages).hasValue(2);
    assertThat(cloud.looksByName).isZero();
  }

  @Test
  void namesAreAskedForByThemselvesWhereAWalkProvesNothing() {
    waiting(20); // three pages of disks that were made at one moment
    assertThat(looks.named(List.of("pvc-none", "none"))).isEmpty();
    assertThat(cloud.looksByName).isEqualTo(2);
  }

  @Test
  void whoLooksForANameAloneLooksForIt() {
    assertThat(looks.named(List.of("pvc-none", "pvc-bsm-7"))).hasSize(1);
    assertThat(cloud.looksByName).isEqualTo(2);
    assertThat(pages).hasValue(0);
  }

  @Test
  void aLargeRegionIsNotWalkedThroughForFew() {
    cloud.pageSize = 1;
    waiting(20);
    assertThat(looks.find(DISK).map(UDisk::status)).contains(UDiskStatus.ATTACHING);
    assertThat(pages).hasValue(1);
  }

  @Test
  void inALargeRegionAllWhoWaitLookTwiceASecond() {
    cloud.pageSize = 1;
    waiting(20);
    looks.find(DISK);
    long start = time.now();
    for (int i = 0; i < 5; i++) {
      assertThat(looks.find(new VolumeId("bsm-7"))).isPresent();
    }
    assertThat(Duration.ofNanos(time.now() - start)).isEqualTo(Duration.ofMillis(2750));
    assertThat(pages).hasValue(1);
  }

  @Test
  void whoBeginsToWorkOnADiskIsNotKeptWaitingByThem() {
    cloud.pageSize = 1;
    waiting(20);
    looks.find(DISK);
    long start = time.now();
    for (int i = 0; i < 5; i++) {
      assertThat(looks.read(DISK)).isPresent();
    }
    assertThat(time.now()).isEqualTo(start);
  }

  @Test
  void veryFewLookWhenTheyLike() {
    cloud.pageSize = 1;
    waiting(20);
    looks.find(DISK);
    for (int i = 20; i > 4; i--) {
      looks.leave();
    }
    time.pass(Duration.ofSeconds(6));
    long start = time.now();
    for (int i = 0; i < 5; i++) {
      assertThat(looks.find(DISK)).isPresent();
    }
    assertThat(time.now()).isEqualTo(start);
  }

  @Test
  void theLastOfACrowdStillTakeTurns() {
    cloud.pageSize = 1;
    waiting(20);
    looks.find(DISK);
    for (int i = 20; i > 1; i--) {
      looks.leave();
    }
    long start = time.now();
    looks.find(DISK);
    assertThat(Duration.ofNanos(time.now() - start)).isEqualTo(Duration.ofMillis(550));
  }

  @Test
  void aPageThatCannotBeReadBlindsNobodyToTheirOwnDisk() {
    waiting(20);
    failFromPage(2);
    assertThat(looks.find(DISK).map(UDisk::status)).contains(UDiskStatus.ATTACHING);
    failFromPage(2);
    assertThat(looks.read(DISK).map(UDisk::status)).contains(UDiskStatus.ATTACHING);
    failFromPage(1);
    assertThat(looks.named(List.of("pvc-none", "pvc-bsm-7")))
        .extracting(UDisk::id)
        .containsExactly("bsm-7");
    assertThat(cloud.looksById).isEqualTo(2);
    assertThat(cloud.looksByName).isEqualTo(2);
  }

  @Test
  void oneDiskThatCannotBeReadMakesNobodyLookForThemselves() {
    cloud.pageSize = 100;
    cloud.odd.add("bsm-9");
    waiting(20);
    assertThat(looks.find(DISK).map(UDisk::status)).contains(UDiskStatus.ATTACHING);
    assertThat(looks.find(new VolumeId("bsm-none"))).isEmpty();
    assertThat(looks.named(List.of("pvc-none", "pvc-bsm-7"))).hasSize(1);
    assertThat(pages).hasValue(3);
    assertThat(cloud.looksById + cloud.looksByName).isZero();
  }

  @Test
  void aDiskThatCannotBeReadIsNeverTakenForAbsent() {
    cloud.pageSize = 100;
    cloud.odd.add("bsm-9");
    waiting(20);
    assertThatThrownBy(() -> looks.find(new VolumeId("bsm-9")))
        .isInstanceOf(Unavailable.class)
        .hasMessage("disk bsm-9 cannot be used: the cloud shows that it has no Size");
    assertThatThrownBy(() -> looks.read(new VolumeId("bsm-9"))).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> looks.named(List.of("pvc-bsm-9"))).hasMessageContaining("bsm-9");
  }

  @Test
  void looksAfterAPageThatCannotBeReadComeInTurnsToo() {
    waiting(20);
    failFromPage(3);
    looks.find(DISK);
    long start = time.now();
    failFromPage(3);
    looks.read(DISK);
    assertThat(Duration.ofNanos(time.now() - start)).isEqualTo(Duration.ofMillis(4 * 550));
  }

  @Test
  void whatTheOwnLookCannotReadEitherIsTold() {
    waiting(20);
    cloud.readFailure = Optional.of(new Unavailable("the API does not answer"));
    assertThatThrownBy(() -> looks.find(DISK)).isInstanceOf(Unavailable.class);
  }

  @Test
  void whoBeginsSharesTheWalkOfThoseWhoWait() {
    waiting(20);
    assertThat(looks.read(DISK).map(UDisk::status)).contains(UDiskStatus.ATTACHING);
    assertThat(pages).hasValue(3);
  }

  private void failFromPage(int first) {
    pages.set(0);
    cloud.betweenPages =
        () -> {
          if (pages.incrementAndGet() >= first) {
            throw new Unavailable("an entry of the page cannot be read");
          }
        };
  }

  private void waiting(int count) {
    for (int i = 0; i < count; i++) {
      looks.enter();
    }
  }

  private void put(String id, UDiskStatus status) {
    time.pass(Duration.ofMillis(1));
    cloud.put(FakeUDisks.disk(id, "pvc-" + id, status, Optional.of("uhost-a")));
  }
}
