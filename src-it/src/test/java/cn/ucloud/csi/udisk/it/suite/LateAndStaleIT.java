package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.it.suite.Scenario.Act;
import cn.ucloud.csi.udisk.it.suite.Scenario.Step;
import cn.ucloud.csi.udisk.it.suite.VirtualTimeRegion.Successor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One call right after another for the same volume, by one process, while servers of the cloud show
 * what was before and orders that were accepted are done later: at each request, once and from
 * there on. Every OK is so when it is given and stays so.
 */
@Timeout(600)
class LateAndStaleIT {
  private static final int MOST_CALLS = 60;
  private static final List<InjectedFault> TROUBLES =
      List.of(InjectedFault.STALE, InjectedFault.ACCEPTED_LATE);

  @TempDir private static Path directory;
  @TempDir private static Path directoryOfPod;
  private static VirtualTimeRegion pod;
  private static VirtualTimeRegion lab;

  @BeforeAll
  static void start() {
    lab = new VirtualTimeRegion(directory);
    pod = new VirtualTimeRegion(directoryOfPod, Successor.IN_THE_SAME_POD);
  }

  @AfterAll
  static void stop() {
    lab.close();
    pod.close();
  }

  static List<List<Step>> sequences() {
    return Step.SEQUENCES;
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void noOkIsUntrue(List<Step> steps) {
    noOkIsUntrue(lab, steps, false);
  }

  /** A process that takes over at once has seen nothing of what the one before it saw. */
  @ParameterizedTest
  @MethodSource("sequences")
  void noOkIsUntrueWhereTheProcessIsReplacedInItsPodAfterEachCall(List<Step> steps) {
    noOkIsUntrue(pod, steps, true);
  }

  private static void noOkIsUntrue(VirtualTimeRegion here, List<Step> steps, boolean isReplaced) {
    List<String> wrong = new ArrayList<>();
    int requests = run(here, steps, isReplaced, ApiInterceptor.NONE, "undisturbed", wrong);
    assertThat(requests).isGreaterThan(3);
    for (int first = 1; first <= requests; first++) {
      for (InjectedFault trouble : TROUBLES) {
        for (int last : lasts(first)) {
          int from = first;
          ApiInterceptor tap =
              number -> {
                trouble.over(here);
                if (number >= from && number <= last) {
                  trouble.strike().on(here);
                }
              };
          String when = "%s from request %d to %d".formatted(trouble.name(), from, last);
          run(here, steps, isReplaced, tap, when, wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Trouble that stays is tried from every third request on; what it strikes is much the same. */
  private static List<Integer> lasts(int first) {
    return first % 3 == 1 ? List.of(first, Integer.MAX_VALUE) : List.of(first);
  }

  private static int run(
      VirtualTimeRegion here,
      List<Step> steps,
      boolean isReplaced,
      ApiInterceptor tap,
      String when,
      List<String> wrong) {
    here.reset();
    String volume = new Stock(here).disk();
    ControllerService driver = here.oldProcess(VirtualTimeRegion.Line.DIRECT);
    here.tap(tap);
    for (Step step : steps) {
      Act act = step.on(volume);
      Answer<?> answer = act.call(driver);
      for (int call = 1; call < MOST_CALLS && !answer.isOk(); call++) {
        here.time.pass(Duration.ofSeconds(1));
        answer = act.call(driver);
      }
      RegionState holdings = RegionState.of(here.simulator);
      if (!answer.isOk() || !act.isTrue(answer.response().orElseThrow(), holdings)) {
        wrong.add("%s: %s %s, but there is %s".formatted(when, step, answer, holdings.summary()));
        break;
      }
      if (isReplaced) {
        driver = here.freshProcess();
      }
    }
    int requests = here.requests();
    here.tap(ApiInterceptor.NONE);
    return requests;
  }
}
