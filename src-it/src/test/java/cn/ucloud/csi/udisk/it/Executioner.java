package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.fault.Faults;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Kills the controller in the middle of a call, at a moment that the cloud knows, and starts it
 * again.
 */
final class Executioner implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** Where in a call the process dies; the order is the one that changes something. */
  enum Moment {
    /** Its first question is not answered, so the order is never sent. */
    BEFORE_THE_ORDER,
    /** The order has arrived, and is carried out only when the next process is at work. */
    BEFORE_IT_IS_DONE,
    /** The order was carried out, and the answer meets nobody. */
    BEFORE_THE_ANSWER,
    /** The answer was heard, and the next question is not answered. */
    AFTER_THE_ANSWER
  }

  private final Sandbox sandbox;
  private final Faults faults;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  Executioner(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.faults = sandbox.simulator().faults();
  }

  /** Calls, kills, starts again; what the call says reaches nobody. */
  void kill(String order, Moment moment, Supplier<?> call) {
    faults.add(
        switch (moment) {
          case BEFORE_THE_ORDER -> Fault.of("*", Effect.HOLD);
          case BEFORE_IT_IS_DONE -> Fault.of(order, Effect.HOLD);
          case BEFORE_THE_ANSWER, AFTER_THE_ANSWER -> Fault.of(order, Effect.HOLD_ANSWER);
        });
    Future<?> lost = background.submit(call::get);
    awaitHeld(lost);
    if (moment == Moment.AFTER_THE_ANSWER) {
      faults.add(Fault.of("*", Effect.HOLD));
      faults.release();
      awaitHeld(lost);
    }
    sandbox.killController();
    sandbox.startController();
    faults.release();
    await().atMost(LONG).until(lost::isDone);
    assertThat(lost.state()).isEqualTo(Future.State.FAILED);
  }

  private void awaitHeld(Future<?> call) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          assertThat(call.isDone())
              .as("the call ended before the process could be killed")
              .isFalse();
          return faults.remaining().isEmpty() && faults.held() == 1;
        });
  }

  @Override
  public void close() {
    background.shutdownNow();
    faults.release();
  }
}
