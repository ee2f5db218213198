package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.HostBusy;
import cn.ucloud.csi.udisk.controller.attach.HostQueue.Place;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HostQueueTest {
  private final VirtualTime time = new VirtualTime();
  private final HostQueue queue = new HostQueue(time);
  private final HostSlots slots = new HostSlots();

  @Test
  void aHostIsTriedWithAllAtOnce() {
    long start = time.now();
    for (int i = 0; i < 26; i++) {
      var _ = enter("uhost-a");
    }
    assertThat(time.now()).isEqualTo(start);
  }

  @Test
  void aBusyHostIsAskedAgainUntilItTakesTheDisk() {
    AtomicInteger asked = new AtomicInteger();
    try (Place place = enter("uhost-a")) {
      place.order(() -> {
        if (asked.incrementAndGet() < 4) {
          throw new HostBusy("8979");
        }
      });
    }
    assertThat(asked).hasValue(4);
  }

  @Test
  void afterARefusalOneDiskGoesAfterTheOther() {
    slots.refused();
    assertThat(slots.tryEnter(false, time.now())).isTrue();
    assertThat(slots.tryEnter(false, time.now())).isFalse();
    slots.leave(time.now());
    assertThat(slots.tryEnter(false, time.now())).isTrue();
  }

  @Test
  void oneBadDiskDoesNotBlockTheOthers() {
    slots.refused();
    assertThat(slots.tryEnter(false, time.now())).isTrue();
    time.pass(HostSlots.LONGEST_HOLD);
    assertThat(slots.tryEnter(false, time.now())).isTrue();
  }

  @Test
  void oneBadHostLeavesTheOthersAlone() {
    try (Place bad = enter("uhost-bad")) {
      assertThatThrownBy(() ->
              bad.order(() -> {
                throw new HostBusy("8979");
              }))
          .isInstanceOf(HostBusy.class);
      long start = time.now();
      enter("uhost-a").close();
      assertThat(time.now()).isEqualTo(start);
    }
  }

  @Test
  void whatIsDetachedGoesFirst() {
    slots.startWaiting(true);
    assertThat(slots.tryEnter(false, time.now())).isFalse();
    assertThat(slots.tryEnter(true, time.now())).isTrue();
    slots.stopWaiting(true);
    assertThat(slots.tryEnter(false, time.now())).isTrue();
  }

  @Test
  void moreIsTriedAgainLaterAndLater() {
    slots.refused();
    assertThat(acceptedUntilMore()).isEqualTo(20);
    slots.refused();
    assertThat(acceptedUntilMore()).isEqualTo(40);
    slots.refused();
    assertThat(acceptedUntilMore()).isEqualTo(80);
  }

  @Test
  void aDiskIsWaitedForNoLongerThanItMayTake() {
    for (int i = 0; i < 32; i++) {
      var _ = enter("uhost-a");
    }
    long start = time.now();
    enter("uhost-a").close();
    assertThat(Duration.ofNanos(time.now() - start)).isEqualTo(HostSlots.LONGEST_HOLD);
    assertThat(queue.waiting()).isZero();
  }

  private int acceptedUntilMore() {
    int accepted = 0;
    while (slots.places() == 1) {
      slots.accepted();
      accepted++;
    }
    return accepted;
  }

  private Place enter(String host) {
    return queue.enter(host, false, Progress.unwatched());
  }
}
