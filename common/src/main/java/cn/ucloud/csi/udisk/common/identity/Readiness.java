package cn.ucloud.csi.udisk.common.identity;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether this process may be given work, behind Probe and {@code /readyz}.
 *
 * <p>Sidecars probe before they elect a leader, so a standby that is not ready keeps its own
 * sidecars idle (decision 4). Kubernetes must not take the same standby for a pod that is out of
 * order: an update or a drain would wait for it for ever. Starts as not ready; all methods may be
 * called from any thread.
 */
public final class Readiness {
  private final AtomicReference<State> state =
      new AtomicReference<>(new State(Optional.of("starting"), false));

  /** Open once work is welcome, or will not be any more. */
  private final CountDownLatch decided = new CountDownLatch(1);

  /**
   * What a process can say about it at one moment.
   *
   * @param obstacle why no work is welcome; empty when it is
   * @param isInOrder whether it is as it should be, which a standby is too
   */
  public record State(Optional<String> obstacle, boolean isInOrder) {}

  /** From now on work is welcome. */
  public void ready() {
    state.set(new State(Optional.empty(), true));
    decided.countDown();
  }

  /** From now on it is not, for this reason, and nobody need wait for it. */
  public void notReady(String reason) {
    state.set(new State(Optional.of(reason), false));
    decided.countDown();
  }

  /** From now on it is not, because another process does it; this one is in order. */
  public void standingBy(String reason) {
    state.set(new State(Optional.of(reason), true));
  }

  /**
   * Waits until work is welcome for the first time; no longer once this process is not ready for
   * good, as when it stops, and at most for {@code limit}.
   *
   * @return whether it is welcome
   */
  public boolean awaitReady(Duration limit) throws InterruptedException {
    boolean _ = decided.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    return findObstacle().isEmpty();
  }

  /** Why no work is welcome; empty when it is. */
  public Optional<String> findObstacle() {
    return now().obstacle();
  }

  /** All of it, as of one moment. */
  public State now() {
    return state.get();
  }
}
