package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.controller.ControllerService;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/**
 * Calls the driver as the sidecars do: again and again until it has an answer, from a fresh process
 * whenever one has died.
 */
final class Orchestrator {
  private static final int MOST_CALLS = 200;
  private static final Duration BETWEEN_CALLS = Duration.ofSeconds(2);

  private final VirtualTimeRegion lab;
  private final CrashInjector killer;
  private ControllerService driver;
  private int deaths;

  Orchestrator(VirtualTimeRegion lab, CrashInjector killer) {
    this.lab = lab;
    this.killer = killer;
    this.driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    lab.tap(killer);
  }

  @FunctionalInterface
  interface Rpc<Q, R> {
    void call(ControllerService driver, Q request, StreamObserver<R> observer);
  }

  int deaths() {
    return deaths;
  }

  /**
   * Calls until OK.
   *
   * @throws AssertionError if the driver refuses for good, or never answers
   */
  <Q, R> R untilDone(Rpc<Q, R> rpc, Q request) {
    Answer<R> last = null;
    for (int call = 0; call < MOST_CALLS; call++) {
      last = once(rpc, request);
      if (last.isOk()) {
        return last.response().orElseThrow();
      }
      lab.time.pass(BETWEEN_CALLS);
    }
    throw new AssertionError("not done by %s: %s".formatted(request, last));
  }

  /** Calls once; what a process says that dies meanwhile reaches nobody. */
  <Q, R> Answer<R> once(Rpc<Q, R> rpc, Q request) {
    Answer<R> answer = Answer.of((q, observer) -> rpc.call(driver, q, observer), request);
    if (killer.hasKilled()) {
      deaths++;
      killer.revive();
      driver = lab.freshProcess();
      return Answer.lost();
    }
    return answer;
  }
}
