package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests.Answer;
import cn.ucloud.csi.udisk.controller.cloud.ApiErrors;

/**
 * Sends a request that changes something, once, and remembers it until its effect has been seen or
 * it has settled: the cloud may show late what it accepted, and do late what it did not answer.
 */
public final class SendOnce {
  private final UnansweredRequests unanswered;

  SendOnce(UnansweredRequests unanswered) {
    this.unanswered = unanswered;
  }

  /**
   * A request that may have an effect.
   *
   * @param isAccepted whether the cloud said that it will
   * @param remark for whoever waits for the effect in vain; empty if it was accepted
   */
  public record Sent(boolean isAccepted, String remark) {}

  /**
   * Sends it. What became of it must be read afterwards, whatever the answer was.
   *
   * @param key of what is changed, in {@link UnansweredRequests}
   * @param what as in "attach of bsm-1 to uhost-a"
   * @throws OutcomeUnknown if it certainly did nothing, but an earlier one, be it of another
   *     process, may still be done
   * @throws DriverException.Certain if it certainly did nothing, and no earlier one can
   * @throws DriverException.Unavailable if it was not sent
   * @throws DriverException.HostBusy if it certainly did nothing and can be sent again soon
   */
  public Sent send(String key, String what, Runnable request) {
    boolean isAlone = unanswered.remaining(key).isZero();
    try {
      request.run();
    } catch (OperationPending e) { // something like it is under way: the state shows what
      return new Sent(false, remark(e));
    } catch (OutcomeUnknown e) {
      unanswered.add(key, what, ApiErrors.isRefusal(e) ? Answer.UNCLEAR : Answer.NONE);
      return new Sent(false, remark(e));
    } catch (DriverException.Certain e) {
      throw isAlone ? e : new OutcomeUnknown(e.sentence(), e);
    }
    unanswered.add(key, what, Answer.ACCEPTED);
    return new Sent(true, "");
  }

  private static String remark(DriverException failure) {
    return " (" + failure.sentence() + ")";
  }
}
