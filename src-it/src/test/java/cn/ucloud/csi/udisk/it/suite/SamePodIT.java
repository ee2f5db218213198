package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.it.suite.CrashInjector.Moment;
import cn.ucloud.csi.udisk.it.suite.Scenario.Act;
import cn.ucloud.csi.udisk.it.suite.VirtualTimeRegion.Successor;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process is killed, and the next one of its pod takes over at once. What was not sent is ordered
 * without a wait; what was sent and is not shown is waited for.
 */
class SamePodIT {
  private static final Duration SETTLE = VirtualTimeRegion.TIMING.settle();
  private static final int MOST_CALLS = 60;

  @TempDir private static Path directory;
  private static VirtualTimeRegion lab;

  @BeforeAll
  static void start() {
    lab = new VirtualTimeRegion(directory, Successor.IN_THE_SAME_POD);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  static Stream<Scenario> changes() {
    List<String> reads = List.of("List", "Get", "ControllerGet", "Validate");
    return Scenario.all().stream()
        .filter(scenario -> reads.stream().noneMatch(scenario.name()::startsWith));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatWasNotSentIsOrderedWithoutAWait(Scenario scenario) {
    int requests = survive(scenario, 0, Moment.LIVES).requests;
    for (int victim = 1; victim <= requests; victim++) {
      Outcome outcome = survive(scenario, victim, Moment.BEFORE_SENDING);
      assertThat(outcome.took).as("killed at request %d", victim).isLessThan(SETTLE);
    }
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatWasSentIsNotOrderedTwice(Scenario scenario) {
    int requests = survive(scenario, 0, Moment.LIVES).requests;
    for (Moment moment :
        List.of(
            Moment.BEFORE_THE_ANSWER,
            Moment.BEFORE_IT_IS_DONE,
            Moment.BEFORE_WHAT_WAS_ACCEPTED_IS_DONE,
            Moment.AFTER_THE_ANSWER)) {
      for (int victim = 1; victim <= requests; victim++) {
        var _ = survive(scenario, victim, moment);
      }
    }
  }

  @Test
  void aDetachOfADiskWhoseAttachWasNotSentIsAnsweredAtOnce() {
    lab.reset();
    String volume = new Stock(lab).disk();
    ControllerService killed = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    kill(killed, Scenario.Step.PUBLISH.on(volume), "AttachUDisk", Moment.BEFORE_SENDING);
    Duration before = lab.time.elapsed();
    ControllerService next = lab.freshProcess();
    assertThat(Scenario.Step.UNPUBLISH.on(volume).call(next).isOk()).isTrue();
    assertThat(lab.time.elapsed().minus(before)).isLessThan(SETTLE);
  }

  @Test
  void aDetachOfADiskWhoseAttachWasSentIsNotAnsweredBeforeThatHasCome() {
    lab.reset();
    String volume = new Stock(lab).disk();
    ControllerService killed = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    kill(killed, Scenario.Step.PUBLISH.on(volume), "AttachUDisk", Moment.BEFORE_IT_IS_DONE);
    ControllerService next = lab.freshProcess();
    Act detach = Scenario.Step.UNPUBLISH.on(volume);
    assertThat(detach.call(next).isOk()).isFalse();
    untilOk(detach, next);
    lab.settle();
    assertThat(RegionState.of(lab.simulator).host(volume)).isEmpty();
  }

  @Test
  void anAttachThatWasSeenToBeDoneIsAnsweredAtOnce() {
    lab.reset();
    String volume = new Stock(lab).disk();
    ControllerService killed = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    Act attach = Scenario.Step.PUBLISH.on(volume);
    assertThat(attach.call(killed).isOk()).isTrue(); // and its caller does not hear of it
    assertIsAnsweredAtOnce(attach, lab.freshProcess());
  }

  @Test
  void anAttachOfADiskThatWasJustMadeIsAnsweredWhenItIsDone() {
    lab.reset();
    ControllerService killed = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    String volume = created(killed);
    Act attach = Scenario.Step.PUBLISH.on(volume);
    kill(killed, attach, "AttachUDisk", Moment.AFTER_THE_ANSWER);
    lab.time.pass(Duration.ofSeconds(4)); // it is attached, which nobody has seen
    assertIsAnsweredAtOnce(attach, lab.freshProcess());
  }

  @Test
  void aDetachThatWasSeenToBeDoneIsAnsweredAtOnce() {
    lab.reset();
    String volume = new Stock(lab).disk();
    ControllerService killed = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    assertThat(Scenario.Step.PUBLISH.on(volume).call(killed).isOk()).isTrue();
    lab.settle();
    Act detach = Scenario.Step.UNPUBLISH.on(volume);
    assertThat(detach.call(killed).isOk()).isTrue();
    assertIsAnsweredAtOnce(detach, lab.freshProcess());
  }

  private static String created(ControllerService driver) {
    return Answer.<CreateVolumeRequest, CreateVolumeResponse>of(
            driver::createVolume, Requests.create("pvc-new", "ssd"))
        .response()
        .orElseThrow()
        .getVolume()
        .getVolumeId();
  }

  private static void assertIsAnsweredAtOnce(Act change, ControllerService next) {
    Duration before = lab.time.elapsed();
    assertThat(change.call(next).isOk()).isTrue();
    assertThat(lab.time.elapsed().minus(before)).isLessThan(Duration.ofSeconds(1));
  }

  private record Outcome(int requests, Duration took) {}

  /** Killed at the request of this number, if any; the next process does it. */
  private static Outcome survive(Scenario scenario, int victim, Moment moment) {
    lab.reset();
    Act act = scenario.prepare().apply(new Stock(lab));
    ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    CrashInjector killer =
        new CrashInjector(lab, number -> number == victim ? moment : Moment.LIVES);
    lab.tap(killer);
    Answer<?> answer = act.call(driver);
    int requests = killer.requests();
    Duration killed = lab.time.elapsed();
    if (killer.hasKilled()) {
      killer.revive();
      lab.tap(ApiInterceptor.NONE);
      driver = lab.freshProcess();
      answer = untilOk(act, driver);
    }
    assertThat(act.isTrue(answer.response().orElseThrow(), RegionState.of(lab.simulator)))
        .as("%s, killed at request %d, %s", answer, victim, moment)
        .isTrue();
    Duration took = lab.time.elapsed().minus(killed);
    lab.settle();
    assertThat(act.isTrue(answer.response().orElseThrow(), RegionState.of(lab.simulator)))
        .as("%s stays true, killed at request %d, %s", answer, victim, moment)
        .isTrue();
    return new Outcome(requests, took);
  }

  private static void kill(ControllerService driver, Act act, String order, Moment moment) {
    CrashInjector killer = new CrashInjector(lab, number -> number == 3 ? moment : Moment.LIVES);
    lab.tap(killer);
    var _ = act.call(driver);
    assertThat(killer.hasKilled()).as("at %s", order).isTrue();
    killer.revive();
    lab.tap(ApiInterceptor.NONE);
  }

  private static Answer<?> untilOk(Act act, ControllerService driver) {
    Answer<?> answer = act.call(driver);
    for (int call = 1; call < MOST_CALLS && !answer.isOk(); call++) {
      lab.time.pass(Duration.ofSeconds(1));
      answer = act.call(driver);
    }
    return answer;
  }
}
