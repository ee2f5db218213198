package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.it.suite.Scenario.Act;
import cn.ucloud.csi.udisk.simulator.fault.Call;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every RPC of the controller meets every RetCode, every lost answer and every HTTP fault at each
 * of its requests: once, from there on, and from there on after an answer was lost.
 *
 * <p>Whoever is told anything but ABORTED, DEADLINE_EXCEEDED or UNAVAILABLE may rely on it: after
 * OK the region holds what was said, and after any other code it is as it was before, for good.
 * Once the trouble is over and the caller repeats, the region holds what one good call would have
 * left.
 */
class EveryFaultIT {
  /** How often a caller comes while the trouble lasts, and at most afterwards. */
  private static final int CALLS_IN_TROUBLE = 2;

  private static final int CALLS_AFTERWARDS = 40;

  /** Of a look at a disk that is there it would be no trouble but a lie. */
  private static final int DISK_UNKNOWN = 17041;

  @TempDir private static Path directory;
  private static VirtualTimeRegion lab;

  private final List<String> wrong = new ArrayList<>();
  private int cases;

  @BeforeAll
  static void start() {
    lab = new VirtualTimeRegion(directory);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  static List<Scenario> scenarios() {
    return Scenario.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void noAnswerPromisesWhatIsNotSo(Scenario scenario) {
    Good good = good(scenario);
    for (int request : good.telling()) {
      Supplier<Stream<InjectedFault>> plain =
          scenario.isVariant() ? InjectedFault::samples : InjectedFault::plain;
      for (Plan plan :
          good.isChange(request) ? plansForChange(request, plain) : plansForRead(request, plain)) {
        strike(scenario, good, plan);
      }
      if (!scenario.isOfList()) { // which leaves out what it cannot read
        InjectedFault.oddRecords()
            .flatMap(odd -> Stream.of(Plan.once(request, odd), Plan.lasting(request, odd)))
            .forEach(plan -> strike(scenario, good, plan));
      }
    }
    assertThat(wrong).as("%d cases of %s", cases, scenario).isEmpty();
    assertThat(cases).isGreaterThan(30);
  }

  private static List<Plan> plansForRead(int request, Supplier<Stream<InjectedFault>> plain) {
    return Stream.of(
            plain.get().map(trouble -> Plan.lasting(request, trouble)),
            Stream.of(
                Plan.once(request, InjectedFault.STALE),
                Plan.lasting(request, InjectedFault.STALE)),
            InjectedFault.samples().map(trouble -> Plan.once(request, trouble)),
            InjectedFault.slow().map(trouble -> Plan.once(request, trouble)))
        .flatMap(plans -> plans)
        .toList();
  }

  private static List<Plan> plansForChange(int request, Supplier<Stream<InjectedFault>> plain) {
    return Stream.of(
            plain.get().map(trouble -> Plan.lasting(request, trouble)),
            plain.get().map(trouble -> Plan.once(request, trouble)),
            Stream.of(Plan.once(request, InjectedFault.refusal(DISK_UNKNOWN))),
            InjectedFault.applied().map(trouble -> Plan.once(request, trouble)),
            InjectedFault.slow().map(trouble -> Plan.once(request, trouble)),
            Stream.of(
                Plan.once(request, InjectedFault.ACCEPTED_LATE),
                Plan.lasting(request, InjectedFault.STALE),
                Plan.lasting(request, InjectedFault.STALE).after(InjectedFault.ACCEPTED_LATE)),
            plain.get().map(trouble -> Plan.lasting(request, trouble).after(InjectedFault.LOST)),
            InjectedFault.samples()
                .map(trouble -> Plan.lasting(request, trouble).after(InjectedFault.LATE)))
        .flatMap(plans -> plans)
        .toList();
  }

  /**
   * When trouble comes.
   *
   * @param request the number of the first request that it strikes
   * @param first what strikes that one instead
   * @param once whether it ends with that request
   */
  private record Plan(
      int request, Optional<InjectedFault> first, InjectedFault trouble, boolean once) {
    static Plan once(int request, InjectedFault trouble) {
      return new Plan(request, Optional.empty(), trouble, true);
    }

    static Plan lasting(int request, InjectedFault trouble) {
      return new Plan(request, Optional.empty(), trouble, false);
    }

    Plan after(InjectedFault newFirst) {
      return new Plan(request, Optional.of(newFirst), trouble, once);
    }

    @Override
    public String toString() {
      String when = "at request " + request + (once ? "" : " and from there on");
      return trouble.name() + " " + when + first.map(f -> ", first " + f.name()).orElse("");
    }

    void strike(VirtualTimeRegion target, int number) {
      if (number < request || (once && number > request)) {
        return;
      }
      if (number == request && first.isPresent()) {
        first.get().strike().on(target);
      } else {
        trouble.strike().on(target);
      }
    }
  }

  /** A call that nothing disturbs: the actions it calls, and what was before and is after it. */
  private record Good(List<String> actions, List<String> before, List<String> after) {
    boolean isChange(int request) {
      return !actions.get(request - 1).startsWith("Describe");
    }

    /** All requests but those in the middle of a row of equal ones, which only wait. */
    List<Integer> telling() {
      return IntStream.rangeClosed(1, actions.size())
          .filter(number ->
              number == 1
                  || number == actions.size()
                  || !actions.get(number - 1).equals(actions.get(number - 2))
                  || !actions.get(number - 1).equals(actions.get(number)))
          .boxed()
          .toList();
    }
  }

  private static Good good(Scenario scenario) {
    Act act = prepare(scenario);
    List<String> before = RegionState.of(lab.simulator).summary();
    ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    lab.tap(ApiInterceptor.NONE);
    Answer<?> answer = act.call(driver);
    assertThat(answer.isOk()).as("%s", answer.status()).isTrue();
    assertThat(act.isTrue(answer.response().orElseThrow(), RegionState.of(lab.simulator))).isTrue();
    List<Call> calls = lab.simulator.calls().all();
    List<String> actions =
        calls.subList(calls.size() - lab.requests(), calls.size()).stream()
            .map(Call::action)
            .toList();
    lab.settle();
    return new Good(actions, before, RegionState.of(lab.simulator).summary());
  }

  private static Act prepare(Scenario scenario) {
    lab.reset();
    lab.simulator.console().soldOut(VirtualTimeRegion.ZONE, DiskType.RSSD, false);
    return scenario.prepare().apply(new Stock(lab));
  }

  private void strike(Scenario scenario, Good good, Plan plan) {
    cases++;
    Act act = prepare(scenario);
    ControllerService driver = lab.oldProcess(plan.trouble.line());
    lab.tap(number -> {
      plan.trouble.over(lab);
      plan.strike(lab, number);
    });
    boolean isOk = false;
    for (int call = 0; call < CALLS_IN_TROUBLE && !isOk; call++) {
      isOk = check(act, good, plan, act.call(driver), "in trouble");
    }
    lab.tap(ApiInterceptor.NONE);
    plan.trouble.over(lab);
    for (int call = 0; call < CALLS_AFTERWARDS && !isOk; call++) {
      lab.time.pass(Duration.ofSeconds(1));
      isOk = check(act, good, plan, act.call(driver), "afterwards");
    }
    lab.settle();
    List<String> left = RegionState.of(lab.simulator).summary();
    if (!isOk || !left.equals(good.after)) {
      wrong.add("%s: in the end %s, and the region holds %s".formatted(plan, isOk, left));
    }
  }

  /** True if the caller may stop, because it was told OK. */
  private boolean check(Act act, Good good, Plan plan, Answer<?> answer, String when) {
    if (answer.isOk()) {
      RegionState holdings = RegionState.of(lab.simulator);
      if (!act.isTrue(answer.response().orElseThrow(), holdings)) {
        wrong.add("%s: OK %s, but there is %s".formatted(plan, when, holdings.summary()));
      }
      return true;
    }
    if (answer.isFinalRefusal()) {
      List<String> now = RegionState.of(lab.simulator).summary();
      lab.settle();
      List<String> later = RegionState.of(lab.simulator).summary();
      if (!now.equals(good.before) || !later.equals(good.before)) {
        wrong.add("%s: %s %s, but there is %s".formatted(plan, answer.status(), when, later));
      }
    }
    return false;
  }
}
