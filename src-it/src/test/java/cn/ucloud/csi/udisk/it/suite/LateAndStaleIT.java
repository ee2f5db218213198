package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.it.suite.Scenario.Act;
import cn.ucloud.csi.udisk.it.suite.Scenario.Step;
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
  private static VirtualTimeRegion lab;

  @BeforeAll
  static void start() {
    lab = new VirtualTimeRegion(directory);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  static List<List<Step>> sequences() {
    return Step.SEQUENCES;
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void noOkIsUntrue(List<Step> steps) {
    List<String> wrong = new ArrayList<>();
    int requests = run(steps, ApiInterceptor.NONE, "undisturbed", wrong);
    assertThat(requests).isGreaterThan(3);
    for (int first = 1; first <= requests; first++) {
      for (InjectedFault trouble : TROUBLES) {
        for (int last : lasts(first)) {
          int from = first;
          ApiInterceptor tap =
              number -> {
                trouble.over(lab);
                if (number >= from && number <= last) {
                  trouble.strike().on(lab);
                }
              };
          run(steps, tap, "%s from request %d to %d".formatted(trouble.name(), from, last), wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Trouble that stays is tried from every third request on; what it strikes is much the same. */
  private static List<Integer> lasts(int first) {
    return first % 3 == 1 ? List.of(first, Integer.MAX_VALUE) : List.of(first);
  }

  private static int run(List<Step> steps, ApiInterceptor tap, String when, List<String> wrong) {
    lab.reset();
    String volume = new Stock(lab).disk();
    ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    lab.tap(tap);
    for (Step step : steps) {
      Act act = step.on(volume);
      Answer<?> answer = act.call(driver);
      for (int call = 1; call < MOST_CALLS && !answer.isOk(); call++) {
        lab.time.pass(Duration.ofSeconds(1));
        answer = act.call(driver);
      }
      RegionState holdings = RegionState.of(lab.simulator);
      if (!answer.isOk() || !act.isTrue(answer.response().orElseThrow(), holdings)) {
        wrong.add("%s: %s %s, but there is %s".formatted(when, step, answer, holdings.summary()));
        break;
      }
    }
    int requests = lab.requests();
    lab.tap(ApiInterceptor.NONE);
    return requests;
  }
}
