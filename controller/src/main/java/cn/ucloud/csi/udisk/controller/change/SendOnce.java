package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests.Answer;
import cn.ucloud.csi.udisk.controller.cloud.ApiErrors;
import java.util.function.Supplier;

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
   * The permission for whoever sends what is sent here: each request is noted in {@code journal}
   * when it leaves, and not while it waits for its turn.
   */
  public static Permission noted(Permission permission, RequestJournal journal) {
    return Sending.noted(permission, journal);
  }

  /**
   * Sends a request that nobody has to know of later: done late it does no harm, and whoever needs
   * its effect looks for it.
   */
  public static void unnoted(Runnable request) {
    Sending sending = new Sending(RequestJournal.NONE, "", "");
    sending.call(() -> {
      request.run();
      return true;
    });
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
    Sending sending = unanswered.sending(key, what);
    try {
      sending.call(() -> {
        request.run();
        return true;
      });
    } catch (OutcomeUnknown e) {
      unanswered.add(key, what, answer(e), sending.note());
      return new Sent(false, remark(e));
    } catch (DriverException e) {
      sending.note().remove();
      if (e instanceof OperationPending) { // something like it is under way: the state shows what
        return new Sent(false, remark(e));
      }
      throw e instanceof DriverException.Certain && !isAlone
          ? new OutcomeUnknown(e.sentence(), e)
          : e;
    }
    unanswered.add(key, what, Answer.ACCEPTED, sending.note());
    return new Sent(true, "");
  }

  /**
   * Sends a request that makes something each time.
   *
   * @param key the name of what is made, in {@link UnansweredRequests}
   * @throws OutcomeUnknown if it may have been made; it is remembered then
   * @throws DriverException of other kinds if it certainly was not made
   */
  public <T> T make(String key, String what, Supplier<T> request) {
    Sending sending = unanswered.sending(key, what);
    T made;
    try {
      made = sending.call(request);
    } catch (OutcomeUnknown e) {
      unanswered.add(key, what, answer(e), sending.note());
      throw e;
    } catch (DriverException e) {
      sending.note().remove();
      throw e;
    }
    unanswered.made(key, what, sending.note());
    return made;
  }

  private static Answer answer(OutcomeUnknown failure) {
    return ApiErrors.isRefusal(failure) ? Answer.UNCLEAR : Answer.NONE;
  }

  private static String remark(DriverException failure) {
    return " (" + failure.sentence() + ")";
  }
}
