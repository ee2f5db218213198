package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.suite.CrashInjector.Moment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The controller dies at every boundary of the API while volumes live: before a request is sent,
 * after it was done and before its answer, before it is done, unanswered or accepted, and after its
 * answer. A fresh process takes over, and the callers repeat. Every answer is true, and in the end
 * nothing is left over.
 */
class CrashIT {
  /** Lives with many deaths. */
  private static final int LIVES = 60;

  private static final double DANGER = 0.08;
  private static final double FICKLENESS = 0.15;
  private static final List<Moment> DEATHS =
      List.of(
          Moment.BEFORE_SENDING,
          Moment.BEFORE_THE_ANSWER,
          Moment.BEFORE_IT_IS_DONE,
          Moment.BEFORE_WHAT_WAS_ACCEPTED_IS_DONE,
          Moment.AFTER_THE_ANSWER);

  @TempDir private static Path directory;
  private static VirtualTimeRegion lab;

  @BeforeAll
  static void start() {
    lab = new VirtualTimeRegion(directory);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource(value = Moment.class, names = "LIVES", mode = EnumSource.Mode.EXCLUDE)
  void oneDeathAtEachRequestLeavesNothingBehind(Moment moment) {
    int requests = live(_ -> Moment.LIVES, 0, 0).requests;
    assertThat(requests).isGreaterThan(50);
    for (int number = 1; number <= requests; number++) {
      int victim = number;
      Outcome outcome = live(request -> request == victim ? moment : Moment.LIVES, 0, victim);
      assertThat(outcome.deaths).as("deaths at request %d", number).isEqualTo(1);
    }
  }

  @Test
  void manyDeathsAndCallersThatChangeTheirMindLeaveNothingBehind() {
    int deaths = 0;
    for (int life = 1; life <= LIVES; life++) {
      RandomGenerator fate = Seed.dice(life);
      deaths +=
          live(
                  _ ->
                      fate.nextDouble() < DANGER
                          ? DEATHS.get(fate.nextInt(DEATHS.size()))
                          : Moment.LIVES,
                  FICKLENESS,
                  life)
              .deaths;
    }
    assertThat(deaths).isGreaterThan(LIVES);
  }

  private record Outcome(int requests, int deaths) {}

  private static Outcome live(IntFunction<Moment> plan, double fickleness, int number) {
    lab.reset();
    CrashInjector killer = new CrashInjector(lab, plan);
    Orchestrator orchestrator = new Orchestrator(lab, killer);
    try {
      new Story(lab, orchestrator, Seed.dice(-number), fickleness).tell();
      lab.tap(ApiInterceptor.NONE);
      lab.settle();
      RegionState left = RegionState.of(lab.simulator);
      assertThat(left.disks()).as("leaked disks").isEmpty();
      assertThat(left.snapshots()).as("leaked snapshots").isEmpty();
    } catch (AssertionError e) {
      throw new AssertionError("life %d: %s".formatted(number, Seed.remedy()), e);
    }
    return new Outcome(killer.requests(), orchestrator.deaths());
  }
}
