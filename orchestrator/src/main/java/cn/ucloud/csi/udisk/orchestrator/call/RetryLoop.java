package cn.ucloud.csi.udisk.orchestrator.call;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Repeats a call with growing pauses until it succeeds, is given up, or the patience is over. */
public final class RetryLoop {
  private final CallSettings settings;
  private final CallListener listener;
  private final Timing timing;

  public RetryLoop(CallSettings settings, CallListener listener) {
    this(settings, listener, Timing.SYSTEM);
  }

  RetryLoop(CallSettings settings, CallListener listener, Timing timing) {
    this.settings = settings;
    this.listener = listener;
    this.timing = timing;
  }

  public Duration timeout() {
    return settings.timeout();
  }

  /** Repeats after every error, as all callers but the provisioner do. */
  public <T> T run(String rpc, String subject, Supplier<T> call) {
    return run(rpc, subject, ErrorRules.ATTACHER_AND_KUBELET, _ -> true, call);
  }

  /**
   * Repeats the call as long as its errors are of a kind that the caller repeats.
   *
   * @throws CallFailed with the last answer
   */
  public <T> T run(
      String rpc, String subject, ErrorRules rules, Predicate<Verdict> repeated, Supplier<T> call) {
    long began = timing.nanoTime();
    for (int attempt = 1; ; attempt++) {
      listener.calling(rpc, subject, attempt);
      long left = timing.nanoTime();
      Status status;
      try {
        T result = call.get();
        listener.answered(
            new Answer(
                rpc, subject, attempt, since(left), Status.OK, Verdict.OK, Optional.empty()));
        return result;
      } catch (StatusRuntimeException e) {
        status = e.getStatus();
      }
      Verdict verdict = rules.verdict(status.getCode());
      Duration pause = settings.pauseAfter(attempt);
      boolean again =
          repeated.test(verdict) && since(began).plus(pause).compareTo(settings.patience()) < 0;
      Answer answer =
          new Answer(
              rpc,
              subject,
              attempt,
              since(left),
              status,
              verdict,
              again ? Optional.of(pause) : Optional.empty());
      listener.answered(answer);
      if (!again || !slept(pause)) {
        throw new CallFailed(answer);
      }
    }
  }

  private boolean slept(Duration pause) {
    try {
      timing.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(timing.nanoTime() - nanos);
  }
}
