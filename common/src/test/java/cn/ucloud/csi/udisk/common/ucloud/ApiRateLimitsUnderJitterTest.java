package cn.ucloud.csi.udisk.common.ucloud;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.ucloud.rate.RateLimiter;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A storm against a gateway that permits so many calls a second and saves up a few of them, on a
 * line that takes a different time for each call. Time is virtual, so each seed is one exact run.
 */
class ApiRateLimitsUnderJitterTest {
  private static final int SEEDS = 5;
  private static final int WARM = 60;
  private static final int MEASURED = 240;

  @ParameterizedTest
  @CsvSource({
    "20, 20, 0.01",
    "20, 20, 0.2",
    "20, 20, 0.8",
    "20, 5, 0.2",
    "20, 5, 0.8",
    "20, 2, 0.2",
    "20, 2, 0.8",
    "5, 5, 0.8",
    "100, 100, 0.2",
    "100, 5, 0.8"
  })
  void aStormUsesWhatIsPermittedAlsoWhereAnswersJitter(int permitted, int bucket, double roundTrip)
      throws InterruptedException {
    double passed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Gateway gateway = new Gateway(_ -> permitted, bucket, roundTrip, seed);
      gateway.storm(WARM);
      gateway.forget();
      gateway.storm(MEASURED);
      passed += (double) gateway.passed / MEASURED / permitted;
    }
    assertThat(passed / SEEDS).isGreaterThanOrEqualTo(0.85);
  }

  @ParameterizedTest
  @CsvSource({"20, 0.01, 0.07", "20, 0.2, 0.15", "100, 0.2, 0.15"})
  void whereTheRateIsWhyCallsAreRefusedFewAre(int permitted, double roundTrip, double most)
      throws InterruptedException {
    double refused = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Gateway gateway = new Gateway(_ -> permitted, permitted, roundTrip, seed);
      gateway.storm(WARM);
      gateway.forget();
      gateway.storm(MEASURED);
      assertThat(gateway.passed).isGreaterThan(95 * permitted * MEASURED / 100);
      refused += (double) gateway.refused / gateway.passed;
    }
    assertThat(refused / SEEDS).isLessThan(most);
  }

  @Test
  void whatOthersUseUpIsLeftToThemAndTakenBackWhenTheyAreGone() throws InterruptedException {
    for (int seed = 0; seed < SEEDS; seed++) {
      Gateway gateway = new Gateway(at -> at >= 60 && at < 120 ? 5 : 20, 5, 0.2, seed);
      gateway.storm(70);
      gateway.forget();
      gateway.storm(50);
      assertThat(gateway.passed).isGreaterThan(9 * 5 * 50 / 10);
      assertThat(gateway.refused).isLessThan(gateway.passed / 2);
      gateway.storm(60);
      gateway.forget();
      gateway.storm(60);
      assertThat(gateway.passed).isGreaterThan(85 * 20 * 60 / 100);
    }
  }

  /** What happens later on the line. */
  private record Event(long at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  /** The gateway, the line to it, and the time, which passes when somebody sleeps. */
  private static final class Gateway implements TimeSource {
    private static final double SECOND = 1e9;

    private final DoubleUnaryOperator permitted;
    private final int bucket;
    private final double roundTrip;
    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final RateLimiter lane;
    private long now;
    private long order;
    private double left;
    private long filledAt;
    private int passed;
    private int refused;

    Gateway(DoubleUnaryOperator permitted, int bucket, double roundTrip, long seed) {
      this.permitted = permitted;
      this.bucket = bucket;
      this.roundTrip = roundTrip;
      this.random = new Random(seed);
      this.left = bucket;
      this.lane = new ApiRateLimits(this).changes();
    }

    void storm(int seconds) throws InterruptedException {
      long end = now + (long) (seconds * SECOND);
      while (now < end) {
        send(lane.next());
      }
    }

    void forget() {
      passed = 0;
      refused = 0;
    }

    private void send(RateLimiter.Permit turn) {
      later(() -> {
        boolean passes = passes();
        later(() -> {
          if (passes) {
            turn.answered();
          } else {
            turn.throttled();
          }
        });
      });
    }

    /** Each way takes from nothing to twice its share of the round trip. */
    private void later(Runnable what) {
      long way = (long) (roundTrip * random.nextDouble() * SECOND);
      events.add(new Event(now + way, order++, what));
    }

    private boolean passes() {
      double rate = permitted.applyAsDouble(now / SECOND);
      left = Math.min(bucket, left + (now - filledAt) / SECOND * rate);
      filledAt = now;
      if (left < 1) {
        refused++;
        return false;
      }
      left--;
      passed++;
      return true;
    }

    @Override
    public long now() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      long end = now + duration.toNanos();
      while (!events.isEmpty() && events.peek().at <= end) {
        Event next = events.remove();
        now = next.at;
        next.what.run();
      }
      now = end;
    }
  }
}
