package cn.ucloud.csi.udisk.controller.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollIntervalsTest {
  private static final Duration OTHERWISE = Duration.ofSeconds(1);

  private final PollIntervals rhythm = new PollIntervals();

  @Test
  void withoutExperienceLooksAreAsFarApartAsEver() {
    assertThat(rhythm.next(Duration.ZERO, OTHERWISE)).isEqualTo(OTHERWISE);
    assertThat(rhythm.next(Duration.ofSeconds(9), OTHERWISE)).isEqualTo(OTHERWISE);
  }

  @Test
  void theEndIsSeenSoonWhenItComesAsItDidBefore() {
    rhythm.took(Duration.ofSeconds(2), Duration.ofSeconds(2));
    assertThat(rhythm.next(Duration.ofMillis(1600), OTHERWISE)).isEqualTo(Duration.ofMillis(200));
    assertThat(rhythm.next(Duration.ofMillis(1800), OTHERWISE)).isEqualTo(Duration.ofMillis(40));
    assertThat(rhythm.next(Duration.ofMillis(2400), OTHERWISE)).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void whatWasSeenLateOnceIsNotSeenLateAgain() {
    rhythm.took(Duration.ofMillis(1600), Duration.ofMillis(2800));
    assertThat(rhythm.next(Duration.ofMillis(1500), OTHERWISE)).isEqualTo(Duration.ofMillis(56));
    assertThat(rhythm.next(Duration.ofMillis(2000), OTHERWISE)).isEqualTo(Duration.ofMillis(56));
  }

  @Test
  void looksAreNeverFartherApartThanWithoutExperience() {
    rhythm.took(Duration.ofMinutes(2), Duration.ofMinutes(2));
    for (int second = 0; second < 300; second++) {
      assertThat(rhythm.next(Duration.ofSeconds(second), OTHERWISE))
          .isPositive()
          .isLessThanOrEqualTo(OTHERWISE);
    }
  }

  @Test
  void whatIsLateIsAskedForAsSeldomAsEver() {
    rhythm.took(Duration.ofSeconds(2), Duration.ofSeconds(2));
    assertThat(rhythm.next(Duration.ofMillis(2500), OTHERWISE)).isEqualTo(OTHERWISE);
  }

  @Test
  void whatIsQuickIsNotAskedForWithoutPause() {
    rhythm.took(Duration.ofMillis(100), Duration.ofMillis(100));
    assertThat(rhythm.next(Duration.ofMillis(100), OTHERWISE)).isEqualTo(Duration.ofMillis(25));
  }
}
