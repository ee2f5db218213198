package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.fault.OddRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something that can happen to a request.
 *
 * @param line on which it can happen
 * @param strike done just before the request is sent
 */
record InjectedFault(String name, VirtualTimeRegion.Line line, Strike strike) {

  @FunctionalInterface
  interface Strike {
    void on(VirtualTimeRegion lab);
  }

  /**
   * Every RetCode of UCloud's documents (public, UDisk and UHost error codes) that can meet this
   * driver, and two that no document has.
   */
  static final int[] RET_CODES = {
    110, 130, 150, 153, 160, 161, 170, 171, 172, 174, 230, 292, 293, 294, 295, 299, //
    8006, 8022, 8024, 8033, 8035, 8095, 8096, 8107, 8117, 8819, 8833, 8840, 8905, 8906, 8909, //
    8979, 8980, 8981, 8982, //
    17000, 17005, 17010, 17011, 17012, 17015, 17020, 17025, 17026, 17030, 17031, 17035, 17040, //
    17045, 17050, 17055, 17056, 17057, 17060, 17061, 17062, 17063, 17064, 17065, 17066, 17067, //
    17068, 17070, 17080, 17081, 17084, 17085, 17086, 17087, 17088, 17089, 17090, 17091, 17092, //
    17095, 17096, 17097, 17098, 17099, 17101, 17102, 17103, 17218, 99999
  };

  /**
   * Codes that can only mean that nothing was done: refused by the gateway, by a quota, or because
   * of the state of the disk. After any other one the action may have been done.
   */
  private static final Set<Integer> NOTHING_DONE =
      Set.of(
          153, 160, 161, 170, 171, 172, 174, 292, 293, 294, 295, 299, 8979, 8980, 17005, 17011,
          17012, 17026, 17041, 17056, 17057, 17061, 17062, 17063, 17067, 17084, 17085, 17086, 17087,
          17088, 17089, 17099, 17101, 17103);

  /** The action is done, and nobody hears of it. */
  static final InjectedFault LOST =
      fault("done, and the answer lost", Fault.of("*", Effect.LOSE_ANSWER));

  /** The same, and the action is done only when the request was given up long ago. */
  static final InjectedFault LATE =
      fault("done later, and no answer", Fault.late("*", VirtualTimeRegion.LATE.toMillis()));

  /** The action is accepted, and done only after its effect was given up. */
  static final InjectedFault ACCEPTED_LATE =
      fault("accepted, and done later", Fault.acceptLate("*", VirtualTimeRegion.LATE.toMillis()));

  /** A read that shows the disks as they were. */
  static final InjectedFault STALE =
      fault("a stale read", Fault.stale("DescribeUDisk", VirtualTimeRegion.STALE.toMillis()));

  /** Whatever can happen to a request that is not done. */
  static Stream<InjectedFault> plain() {
    return Stream.concat(IntStream.of(RET_CODES).mapToObj(InjectedFault::refusal), http());
  }

  /** One of each kind. */
  static Stream<InjectedFault> samples() {
    return Stream.concat(
        IntStream.of(130, 153, 171, 17005, 17055, 17056).mapToObj(InjectedFault::refusal),
        Stream.of(
            fault("HTTP 502", Fault.httpStatus("*", 502)),
            fault("garbage", Fault.of("*", Effect.GARBAGE)),
            LOST));
  }

  /** The action is done, and what is read is there, but its records cannot be read. */
  static Stream<InjectedFault> oddRecords() {
    return Stream.of(
        odd("records with a unit and no status", odd("Size", "20GB", "Status", null)),
        odd("records in no zone", odd("Zone", "", "CreateTime", "today")));
  }

  private static InjectedFault odd(String name, Map<String, @Nullable Object> fields) {
    return new InjectedFault(
        name,
        VirtualTimeRegion.Line.DIRECT,
        lab -> lab.simulator.faults().oddRecords().show(OddRecords.ANY, fields));
  }

  private static Map<String, @Nullable Object> odd(
      String field, @Nullable Object value, String other, @Nullable Object otherValue) {
    Map<String, @Nullable Object> fields = new HashMap<>();
    fields.put(field, value);
    fields.put(other, otherValue);
    return fields;
  }

  static InjectedFault refusal(int code) {
    return fault("RetCode " + code, Fault.retCode("*", code));
  }

  /** Refusals that are not true, and answers that are none, after the action was done. */
  static Stream<InjectedFault> applied() {
    return Stream.concat(
        IntStream.of(RET_CODES)
            .filter(code -> !NOTHING_DONE.contains(code))
            .mapToObj(
                code -> fault("done, and RetCode " + code, Fault.retCode("*", code).butApplied())),
        Stream.of(
            LOST,
            LATE,
            fault("done, and HTTP 502", Fault.httpStatus("*", 502).butApplied()),
            fault("done, and HTTP 504", Fault.httpStatus("*", 504).butApplied()),
            fault("done, and garbage", Fault.of("*", Effect.GARBAGE).butApplied())));
  }

  /** What HTTP can do to a request that is not done. */
  private static Stream<InjectedFault> http() {
    List<InjectedFault> all = new ArrayList<>();
    for (int status : new int[] {302, 400, 403, 404, 429, 500, 502, 503, 504}) {
      all.add(fault("HTTP " + status, Fault.httpStatus("*", status)));
    }
    all.add(fault("the request lost", Fault.of("*", Effect.LOSE_REQUEST)));
    all.add(fault("garbage", Fault.of("*", Effect.GARBAGE)));
    return all.stream();
  }

  /** What takes real time, or another way to the cloud. */
  static Stream<InjectedFault> slow() {
    return Stream.of(
        new InjectedFault(
            "done, and no answer in time",
            VirtualTimeRegion.Line.HASTY,
            lab -> lab.simulator.faults().add(Fault.of("*", Effect.HOLD_ANSWER))),
        new InjectedFault(
            "connection refused", VirtualTimeRegion.Line.RELAYED, lab -> lab.relay.refuse()));
  }

  private static InjectedFault fault(String name, Fault fault) {
    return new InjectedFault(
        name, VirtualTimeRegion.Line.DIRECT, lab -> lab.simulator.faults().add(fault));
  }

  /** Ends what the last strike began. */
  void over(VirtualTimeRegion lab) {
    lab.simulator.faults().clear();
    lab.relay.accept();
  }
}
