package cn.ucloud.csi.udisk.common.identity;

import java.util.Optional;
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
  }

  /** From now on it is not, for this reason. */
  public void notReady(String reason) {
    state.set(new State(Optional.of(reason), false));
  }

  /** From now on it is not, because another process does it; this one is in order. */
  public void standingBy(String reason) {
    state.set(new State(Optional.of(reason), true));
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
