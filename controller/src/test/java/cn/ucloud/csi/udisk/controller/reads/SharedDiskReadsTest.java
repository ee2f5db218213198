package cn.ucloud.csi.udisk.controller.reads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.fixture.StormCloud;
import cn.ucloud.csi.udisk.controller.fixture.StormTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SharedDiskReadsTest {
  private static final Optional<String> HOST = Optional.of("uhost-a");

  private final StormTime time = new StormTime();
  private final StormCloud cloud = new StormCloud(time, 250); // three pages
  private final SharedDiskReads looks = new SharedDiskReads(cloud, new ActiveReaders(), time);

  @BeforeEach
  void thirtyDisksOfOurs() {
    for (int i = 0; i < 30; i++) {
      cloud.put("bsm-" + i, "uhost-a");
    }
  }

  @Test
  void fewAskForTheirOwnDiskAtOnce() {
    long start = time.now();
    crowd(3, i -> assertThat(find(i, HOST)).isPresent());
    assertThat(Duration.ofNanos(time.now() - start)).isLessThan(Duration.ofMillis(100));
    assertThat(cloud.calls("by id")).isEqualTo(3);
  }

  @Test
  void oneCallServesAllWhoWaitForAHost() {
    crowd(30, i -> assertThat(find(i, HOST)).map(UDisk::id).contains("bsm-" + i));
    assertThat(cloud.calls("by host")).isBetween(1, 3);
    assertThat(cloud.calls("by id")).as("before there were many").isLessThanOrEqualTo(4);
  }

  @Test
  void whoIsNotOnTheHostIsAskedForAlone() {
    cloud.put("bsm-3");
    crowd(30, i -> assertThat(find(29 - i, HOST)).isPresent());
    assertThat(cloud.calls("by host")).isBetween(1, 3);
    assertThat(cloud.calls("by id")).isBetween(1, 5);
  }

  @Test
  void whoIsAloneAtAHostWaitsForNobodyElse() {
    long start = time.now();
    crowd(12, i -> assertThat(find(i, Optional.of("uhost-" + i))).isPresent());
    assertThat(Duration.ofNanos(time.now() - start)).isLessThan(Duration.ofMillis(100));
    assertThat(cloud.calls("by id")).isEqualTo(12);
  }

  @Test
  void manyWhoBeginShareAWalkThroughTheRegion() {
    crowd(30, i -> assertThat(looks.read(disk(i))).map(UDisk::id).contains("bsm-" + i));
    assertThat(cloud.calls("pages")).isBetween(3, 4);
    assertThat(cloud.calls("by id")).isLessThanOrEqualTo(2);
  }

  @Test
  void whoBeginsToWorkReadsForItselfThatADiskIsAbsent() {
    crowd(30, i -> assertThat(looks.read(new VolumeId("bsm-none-" + i))).isEmpty());
    assertThat(cloud.calls("by id")).isEqualTo(30);
  }

  @Test
  void aWalkProvesAbsenceToWhoWaitsForADeletion() {
    crowd(30, i -> assertThat(find(i + 1000, Optional.empty())).isEmpty());
    assertThat(cloud.calls("pages")).isBetween(3, 4);
    assertThat(cloud.calls("by id")).isLessThanOrEqualTo(4);
  }

  @Test
  void oneWalkServesWhoLooksForNames() {
    crowd(
        30,
        i ->
            assertThat(looks.named(List.of("pvc-none-" + i, "pvc-bsm-" + i)))
                .extracting(UDisk::id)
                .containsExactly("bsm-" + i));
    assertThat(cloud.calls("pages")).isBetween(3, 4);
    assertThat(cloud.calls("by name")).isLessThanOrEqualTo(4);
  }

  @Test
  void aLargeRegionIsNotWalkedThroughForFew() {
    StormCloud large = new StormCloud(time, 5_000);
    large.put("bsm-0");
    SharedDiskReads there = new SharedDiskReads(large, new ActiveReaders(), time);
    crowd(20, _ -> assertThat(there.read(disk(0))).isPresent());
    assertThat(large.calls("pages")).isLessThanOrEqualTo(1);
  }

  @Test
  void aPageThatCannotBeReadBlindsNobodyToTheirOwnDisk() {
    cloud.unreadableFrom = 1;
    crowd(30, i -> assertThat(looks.read(disk(i))).isPresent());
    crowd(30, i -> assertThat(looks.named(List.of("pvc-bsm-" + i))).hasSize(1));
    assertThat(cloud.calls("by id")).isEqualTo(30);
    assertThat(cloud.calls("by name")).isEqualTo(30);
  }

  @Test
  void aRecordThatCannotBeReadIsNeverTakenForAbsentAndSpoilsNoOther() {
    cloud.region.odd.add("bsm-9");
    crowd(
        30,
        i -> {
          if (i == 9) {
            assertThatThrownBy(() -> find(i, Optional.empty())).isInstanceOf(Unavailable.class);
          } else {
            assertThat(find(i, Optional.empty())).isPresent();
          }
        });
    assertThat(cloud.calls("by id")).isLessThanOrEqualTo(5);
  }

  private Optional<UDisk> find(int number, Optional<String> host) {
    looks.enter(host);
    try {
      return looks.find(disk(number), host);
    } finally {
      looks.leave(host);
    }
  }

  private static VolumeId disk(int number) {
    return new VolumeId("bsm-" + number);
  }

  private void crowd(int size, IntConsumer one) {
    time.run(IntStream.range(0, size).<Runnable>mapToObj(i -> () -> one.accept(i)).toList());
  }
}
