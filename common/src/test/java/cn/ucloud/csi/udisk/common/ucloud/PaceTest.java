package cn.ucloud.csi.udisk.common.ucloud;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
  private final Time time = new Time();
  private final Pace pace = new Pace(time);

  @Test
  void aLoneCallNeverWaits() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      time.pass(Duration.ofSeconds(10));
      assertThat(waited()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 20, 100})
  void aStormUsesNineTenthsOfWhatIsPermitted(int permitted) throws InterruptedException {
    Limit limit = new Limit(permitted);
    storm(limit, Duration.ofSeconds(30)); // finds the rate out
    int before = limit.passed;
    int refusedBefore = limit.refused;
    storm(limit, Duration.ofMinutes(5));
    int passed = limit.passed - before;
    int refused = limit.refused - refusedBefore;
    assertThat(passed / 300.0 / permitted).isGreaterThan(0.9);
    assertThat((double) refused / passed).isLessThan(0.05);
  }

  @Test
  void aRefusalClosesTheGateForAllAndOneProbeOpensIt() throws InterruptedException {
    pace.next().throttled();
    assertThat(pace.isClosed()).isTrue();
    long start = time.now();
    Pace.Turn probe = pace.next();
    assertThat(time.now() - start).isEqualTo(Duration.ofMillis(250).toNanos());
    probe.answered();
    assertThat(pace.isClosed()).isFalse();
  }

  @Test
  void eachProbeThatFailsDoublesTheWaitUpToTenSeconds() throws InterruptedException {
    pace.next().throttled();
    Duration last = Duration.ZERO;
    for (int i = 0; i < 8; i++) {
      long start = time.now();
      Pace.Turn probe = pace.next();
      Duration waited = Duration.ofNanos(time.now() - start);
      assertThat(waited).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(Duration.ofSeconds(10));
      last = waited;
      probe.throttled();
    }
    assertThat(last).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void refusalsOfCallsThatWereUnderWayAreOneRefusal() throws InterruptedException {
    Pace.Turn first = pace.next();
    Pace.Turn second = pace.next();
    first.throttled();
    double rate = pace.rate();
    second.throttled();
    assertThat(pace.rate()).isEqualTo(rate);
  }

  @Test
  void aProbeWithoutAnswerLetsTheNextOneTry() throws InterruptedException {
    pace.next().throttled();
    pace.next().lost();
    assertThat(pace.isClosed()).isTrue();
    pace.next().answered();
    assertThat(pace.isClosed()).isFalse();
  }

  private void storm(Limit limit, Duration length) throws InterruptedException {
    long end = time.now() + length.toNanos();
    while (time.now() < end) {
      Pace.Turn turn = pace.next();
      if (limit.allows()) {
        turn.answered();
      } else {
        turn.throttled();
      }
    }
  }

  private Duration waited() throws InterruptedException {
    long start = time.now();
    pace.next().answered();
    return Duration.ofNanos(time.now() - start);
  }

  /** A bucket that holds the calls of one second, as gateways have. */
  private final class Limit {
    private final double perSecond;
    private double left;
    private long filledAt = time.now();
    private int passed;
    private int refused;

    Limit(double perSecond) {
      this.perSecond = perSecond;
      this.left = perSecond;
    }

    boolean allows() {
      long now = time.now();
      left = Math.min(perSecond, left + (now - filledAt) / 1e9 * perSecond);
      filledAt = now;
      if (left < 1) {
        refused++;
        return false;
      }
      left--;
      passed++;
      return true;
    }
  }

  /** Time that passes only when somebody sleeps. */
  private static final class Time implements Pause {
    private long now = 1_000_000_000L;

    @Override
    public long now() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      now += duration.toNanos();
    }

    void pass(Duration duration) {
      now += duration.toNanos();
    }
  }
}
