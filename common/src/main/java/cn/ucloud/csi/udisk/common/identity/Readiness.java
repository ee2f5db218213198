package cn.ucloud.csi.udisk.common.identity;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether this process may be given work, behind Probe and {@code /readyz}.
 *
 * <p>Sidecars probe before they elect a leader, so a standby that is not ready keeps its own
 * sidecars idle (decision 4). Starts as not ready; all methods may be called from any thread.
 */
public final class Readiness {
  private final AtomicReference<Optional<String>> obstacle =
      new AtomicReference<>(Optional.of("starting"));

  /** From now on work is welcome. */
  public void ready() {
    obstacle.set(Optional.empty());
  }

  /** From now on it is not, for this reason. */
  public void notReady(String reason) {
    obstacle.set(Optional.of(reason));
  }

  /** Why no work is welcome; empty when it is. */
  public Optional<String> findObstacle() {
    return Objects.requireNonNull(obstacle.get());
  }
}
