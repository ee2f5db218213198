package cn.ucloud.csi.udisk.simulator.fault;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trouble for the next calls of an action.
 *
 * @param action the name of an action, or {@code *} for any
 * @param retCode for {@link Effect#RET_CODE}
 * @param status for {@link Effect#HTTP_STATUS}
 * @param millis for {@link Effect#DELAY}, {@link Effect#LATE} and {@link Effect#ACCEPT_LATE}, and
 *     how old what {@link Effect#STALE} shows is
 * @param times how many calls it strikes; 1 when not given
 * @param matching parameters that a call must have to be struck
 * @param applied whether the action is applied although its answer says otherwise; for {@link
 *     Effect#RET_CODE}, {@link Effect#HTTP_STATUS} and {@link Effect#GARBAGE}
 */
public record Fault(
    String action,
    Effect effect,
    int retCode,
    int status,
    long millis,
    @Nullable Integer times,
    @Nullable Map<String, String> matching,
    boolean applied) {
  private static final String ANY = "*";

  @SuppressWarnings("ConstantValue") // Jackson leaves null what the JSON leaves out.
  public Fault {
    if (action == null || effect == null) {
      throw new IllegalArgumentException("a fault needs action and effect");
    }
    if (effect == Effect.RET_CODE && retCode == 0) {
      throw new IllegalArgumentException("ret-code needs retCode");
    }
    if (effect == Effect.HTTP_STATUS && status < 200) {
      throw new IllegalArgumentException("http-status needs status");
    }
  }

  /** Strikes the next call. */
  public static Fault of(String action, Effect effect) {
    return new Fault(action, effect, 0, 0, 0, 1, null, false);
  }

  public static Fault retCode(String action, int retCode) {
    return new Fault(action, Effect.RET_CODE, retCode, 0, 0, 1, null, false);
  }

  public static Fault httpStatus(String action, int status) {
    return new Fault(action, Effect.HTTP_STATUS, 0, status, 0, 1, null, false);
  }

  public static Fault delay(String action, long millis) {
    return new Fault(action, Effect.DELAY, 0, 0, millis, 1, null, false);
  }

  /** Strikes the next call, which is applied after {@code millis}. */
  public static Fault late(String action, long millis) {
    return new Fault(action, Effect.LATE, 0, 0, millis, 1, null, false);
  }

  /** Strikes the next call, which is answered at once and applied after {@code millis}. */
  public static Fault acceptLate(String action, long millis) {
    return new Fault(action, Effect.ACCEPT_LATE, 0, 0, millis, 1, null, false);
  }

  /** Strikes the next call, which shows the disks as they were {@code millis} ago. */
  public static Fault stale(String action, long millis) {
    return new Fault(action, Effect.STALE, 0, 0, millis, 1, null, false);
  }

  /** The same trouble, but the action is applied. */
  public Fault butApplied() {
    return new Fault(action, effect, retCode, status, millis, times, matching, true);
  }

  public Fault times(int newTimes) {
    return new Fault(action, effect, retCode, status, millis, newTimes, matching, applied);
  }

  public Fault matching(String parameter, String value) {
    return new Fault(
        action, effect, retCode, status, millis, times, Map.of(parameter, value), applied);
  }

  int strikes() {
    return times == null ? 1 : times;
  }

  boolean hits(String calledAction, Map<String, String> parameters) {
    return (action.equals(ANY) || action.equals(calledAction))
        && (matching == null || parameters.entrySet().containsAll(matching.entrySet()));
  }
}
