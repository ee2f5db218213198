package cn.ucloud.csi.udisk.simulator.fault;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trouble for the next calls of an action.
 *
 * @param retCode for {@link Effect#RET_CODE}
 * @param status for {@link Effect#HTTP_STATUS}
 * @param millis for {@link Effect#DELAY}
 * @param times how many calls it strikes; 1 when not given
 * @param matching parameters that a call must have to be struck
 */
public record Fault(
    String action,
    Effect effect,
    int retCode,
    int status,
    long millis,
    @Nullable Integer times,
    @Nullable Map<String, String> matching) {

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
    return new Fault(action, effect, 0, 0, 0, 1, null);
  }

  public static Fault retCode(String action, int retCode) {
    return new Fault(action, Effect.RET_CODE, retCode, 0, 0, 1, null);
  }

  public static Fault httpStatus(String action, int status) {
    return new Fault(action, Effect.HTTP_STATUS, 0, status, 0, 1, null);
  }

  public static Fault delay(String action, long millis) {
    return new Fault(action, Effect.DELAY, 0, 0, millis, 1, null);
  }

  public Fault times(int newTimes) {
    return new Fault(action, effect, retCode, status, millis, newTimes, matching);
  }

  public Fault matching(String parameter, String value) {
    return new Fault(action, effect, retCode, status, millis, times, Map.of(parameter, value));
  }

  int strikes() {
    return times == null ? 1 : times;
  }

  boolean hits(String calledAction, Map<String, String> parameters) {
    return action.equals(calledAction)
        && (matching == null || parameters.entrySet().containsAll(matching.entrySet()));
  }
}
