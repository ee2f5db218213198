package cn.ucloud.csi.udisk.common.ucloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.ucloud.rate.RateLimiter;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRateLimitsTest {
  private final Time time = new Time();
  private final ApiRateLimits both = new ApiRateLimits(time);
  private final RateLimiter pace = both.changes();

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
    assertThat((double) refused / passed).isLessThan(0.07);
  }

  @Test
  void aSingleRefusalHoldsNobodyUp() throws InterruptedException {
    RateLimiter.Permit refused = pace.next();
    pace.next().answered();
    refused.throttled();
    assertThat(pace.isClosed()).isFalse();
    assertThat(waited()).isZero();
  }

  @Test
  void nothingButRefusalsCloseTheGateForAllAndOneProbeOpensIt() throws InterruptedException {
    refuseAll(pace);
    assertThat(pace.isClosed()).isTrue();
    long start = time.now();
    RateLimiter.Permit probe = pace.next();
    assertThat(time.now() - start).isEqualTo(Duration.ofMillis(250).toNanos());
    probe.answered();
    assertThat(pace.isClosed()).isFalse();
  }

  @Test
  void eachProbeThatFailsDoublesTheWaitUpToTenSeconds() throws InterruptedException {
    refuseAll(pace);
    Duration last = Duration.ZERO;
    for (int i = 0; i < 8; i++) {
      long start = time.now();
      RateLimiter.Permit probe = pace.next();
      Duration waited = Duration.ofNanos(time.now() - start);
      assertThat(waited).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(Duration.ofSeconds(10));
      last = waited;
      probe.throttled();
    }
    assertThat(last).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void refusalsOfCallsThatWereUnderWayWhenTheGateClosedSayNothingNew() throws InterruptedException {
    RateLimiter.Permit late = pace.next();
    refuseAll(pace);
    double rate = pace.rate();
    late.throttled();
    assertThat(pace.rate()).isEqualTo(rate);
  }

  @Test
  void aProbeWithoutAnswerLetsTheNextOneTry() throws InterruptedException {
    refuseAll(pace);
    pace.next().lost();
    assertThat(pace.isClosed()).isTrue();
    pace.next().answered();
    assertThat(pace.isClosed()).isFalse();
  }

  @Test
  void refusedChangesSlowNoReadDown() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      refuseAll(pace);
      pace.next().answered();
    }
    refuseAll(pace);
    assertThat(pace.rate()).isLessThan(10);
    assertThat(both.reads().rate()).isGreaterThanOrEqualTo(20);
    long start = time.now();
    both.reads().next().answered();
    assertThat(time.now()).isEqualTo(start);
  }

  @Test
  void refusedReadsSlowNoChangeDown() throws InterruptedException {
    refuseAll(both.reads());
    assertThat(both.reads().isClosed()).isTrue();
    assertThat(waited()).isZero();
    assertThat(pace.isClosed()).isFalse();
  }

  @Test
  void whoIsRefusedAfterASilenceClosesTheGateForReadsAndChanges() throws InterruptedException {
    refuseAll(both.reads());
    both.reads().next().throttled();
    assertThat(pace.isClosed()).isFalse();
    both.reads().next().throttled();
    assertThat(pace.isClosed()).isTrue();
    double rate = pace.rate();
    assertThat(waited()).isEqualTo(Duration.ofSeconds(1));
    assertThat(pace.isClosed()).isFalse();
    assertThat(pace.rate()).as("it was not these calls").isEqualTo(rate);
  }

  @Test
  void aRefusedCallComesBeforeThoseThatWereNotSentYet() throws Exception {
    BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      SteppedTime steps = new SteppedTime();
      RateLimiter lane = new ApiRateLimits(steps).changes();
      for (int i = 0; i < 5; i++) {
        lane.next().answered();
      }
      var _ = callers.submit(() -> send(lane.next(), sent, "first"));
      await().until(() -> steps.sleeping() == 1);
      var _ = callers.submit(() -> send(lane.nextAgain(), sent, "refused before"));
      await().until(() -> steps.sleeping() == 2);
      steps.runUntil(() -> sent.size() == 2);
    }
    assertThat(sent).containsExactly("refused before", "first");
  }

  private static Void send(RateLimiter.Permit turn, BlockingQueue<String> sent, String what) {
    sent.add(what);
    turn.answered();
    return null;
  }

  private void storm(Limit limit, Duration length) throws InterruptedException {
    long end = time.now() + length.toNanos();
    while (time.now() < end) {
      RateLimiter.Permit turn = pace.next();
      if (limit.allows()) {
        turn.answered();
      } else {
        turn.throttled();
      }
    }
  }

  private static void refuseAll(RateLimiter lane) throws InterruptedException {
    while (!lane.isClosed()) {
      lane.next().throttled();
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
  private static final class Time implements TimeSource {
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

  /** Time that passes in small steps, each when all who sleep have been woken by the last one. */
  private static final class SteppedTime implements TimeSource {
    private static final long STEP = Duration.ofMillis(1).toNanos();

    private long now;
    private int sleeping;

    @Override
    public synchronized long now() {
      return now;
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
      long end = now + duration.toNanos();
      sleeping++;
      while (now < end) {
        wait();
      }
      sleeping--;
    }

    synchronized int sleeping() {
      return sleeping;
    }

    void runUntil(BooleanSupplier condition) {
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> {
            synchronized (this) {
              now += STEP;
              notifyAll();
            }
            return condition.getAsBoolean();
          });
    }
  }
}
