package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
final class ProcessKiller implements AutoCloseable {

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

  ProcessKiller(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.faults = sandbox.simulator().faults();
  }

  /** Calls, kills, starts again, and repeats until it is certain what has become of it. */
  <T> T repeatAfterDeath(String order, Moment moment, Supplier<T> call) {
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
    assertThatThrownBy(lost::get).as("the call of the process that died").isNotNull();
    long sent = sent();
    Future<T> repeat = background.submit(() -> ControllerCalls.untilCertain(call));
    // The cloud gets round to what the dead process sent when the next one has begun to look.
    await().pollInterval(Duration.ofMillis(5)).until(() -> sent() > sent);
    faults.release();
    await().until(repeat::isDone);
    return repeat.resultNow();
  }

  private long sent() {
    return sandbox.simulator().calls().all().getLast().sequence();
  }

  private void awaitHeld(Future<?> call) {
    await()
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
