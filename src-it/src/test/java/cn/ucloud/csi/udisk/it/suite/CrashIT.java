package cn.ucloud.csi.udisk.it.suite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import cn.ucloud.csi.udisk.it.suite.CrashInjector.Moment;
import cn.ucloud.csi.udisk.it.suite.VirtualTimeRegion.Successor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The controller dies at every boundary of the API while volumes live: before a request is sent,
 * after it was done and before its answer, before it is done, unanswered or accepted, and after its
 * answer. A fresh process takes over, in another pod or at once in the same, and the callers
 * repeat. Every answer is true, and in the end nothing is left over.
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
  private static final Map<Successor, VirtualTimeRegion> LABS = new EnumMap<>(Successor.class);

  @BeforeAll
  static void start() throws IOException {
    for (Successor successor : Successor.values()) {
      LABS.put(
          successor,
          new VirtualTimeRegion(
              Files.createDirectory(directory.resolve(successor.name())), successor));
    }
  }

  @AfterAll
  static void stop() {
    LABS.values().forEach(VirtualTimeRegion::close);
  }

  static Stream<Arguments> deaths() {
    return Stream.of(Successor.values())
        .flatMap(successor -> DEATHS.stream().map(moment -> arguments(successor, moment)));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void oneDeathAtEachRequestLeavesNothingBehind(Successor successor, Moment moment) {
    assertThat(oneDeathAtEachRequest(Story::tell, successor, moment)).isGreaterThan(50);
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void oneDeathAtEachRequestOfACloneOfAVolumeInUseLeavesNothingBehind(
      Successor successor, Moment moment) {
    assertThat(oneDeathAtEachRequest(Story::tellOfACloneInUse, successor, moment))
        .isGreaterThan(20);
  }

  /** How many requests there are. */
  private static int oneDeathAtEachRequest(
      Consumer<Story> story, Successor successor, Moment moment) {
    VirtualTimeRegion lab = requireNonNull(LABS.get(successor));
    int requests = live(lab, story, _ -> Moment.LIVES, 0, 0).requests;
    for (int number = 1; number <= requests; number++) {
      int victim = number;
      Outcome outcome =
          live(lab, story, request -> request == victim ? moment : Moment.LIVES, 0, victim);
      assertThat(outcome.deaths).as("deaths at request %d", number).isEqualTo(1);
    }
    return requests;
  }

  @ParameterizedTest
  @EnumSource
  void manyDeathsAndCallersThatChangeTheirMindLeaveNothingBehind(Successor successor) {
    VirtualTimeRegion lab = requireNonNull(LABS.get(successor));
    int deaths = 0;
    for (int life = 1; life <= LIVES; life++) {
      RandomGenerator fate = Seed.dice(life);
      deaths +=
          live(
                  lab,
                  life % 4 == 0 ? Story::tellOfACloneInUse : Story::tell,
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

  private static Outcome live(
      VirtualTimeRegion lab,
      Consumer<Story> story,
      IntFunction<Moment> plan,
      double fickleness,
      int number) {
    lab.reset();
    CrashInjector killer = new CrashInjector(lab, plan);
    Orchestrator orchestrator = new Orchestrator(lab, killer);
    try {
      story.accept(new Story(lab, orchestrator, Seed.dice(-number), fickleness));
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
