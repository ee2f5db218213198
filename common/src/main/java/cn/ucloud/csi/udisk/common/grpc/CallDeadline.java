package cn.ucloud.csi.udisk.common.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How long the caller of the current gRPC call will wait. */
public final class CallDeadline {
  private CallDeadline() {}

  /**
   * The time left, negative once it is over. Empty when the caller set no limit, and outside of a
   * call, also on threads that a call has started.
   */
  public static Optional<Duration> findTimeLeft() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  /**
   * Runs the action once, on some other thread, when the caller goes away or its time is over; also
   * after the call has been answered. Never outside of a call.
   */
  public static void whenCallerGone(Runnable action) {
    Context.current().addListener(_ -> action.run(), Thread::startVirtualThread);
  }
}
