package cn.ucloud.csi.udisk.orchestrator.call;

import java.time.Duration;

/**
 * How long a caller waits for an answer and how soon it calls again.
 *
 * @param timeout the deadline of one call
 * @param firstRetry the first pause; each further one is twice as long
 * @param longestRetry no pause is longer
 * @param patience after this time no further call is made; the originals have no such limit
 */
public record CallSettings(
    Duration timeout, Duration firstRetry, Duration longestRetry, Duration patience) {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  public CallSettings {
    if (!timeout.isPositive() || !firstRetry.isPositive() || !patience.isPositive()) {
      throw new IllegalArgumentException("timeout, firstRetry and patience must be positive");
    }
    if (longestRetry.compareTo(firstRetry) < 0) {
      throw new IllegalArgumentException("longestRetry must not be below firstRetry");
    }
  }

  /** What external-provisioner does when it is given no flags. */
  public static CallSettings provisioner() {
    return new CallSettings(
        Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(5), PATIENCE);
  }

  /** What external-attacher does when it is given no flags. */
  public static CallSettings attacher() {
    return new CallSettings(
        Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofMinutes(5), PATIENCE);
  }

  /** What every kubelet does. */
  public static CallSettings kubelet() {
    return new CallSettings(
        Duration.ofMinutes(2), Duration.ofMillis(500), Duration.ofSeconds(122), PATIENCE);
  }

  public CallSettings withTimeout(Duration newTimeout) {
    return new CallSettings(newTimeout, firstRetry, longestRetry, patience);
  }

  public CallSettings withRetries(Duration first, Duration longest) {
    return new CallSettings(timeout, first, longest, patience);
  }

  public CallSettings withPatience(Duration newPatience) {
    return new CallSettings(timeout, firstRetry, longestRetry, newPatience);
  }

  Duration pauseAfter(int attempt) {
    Duration pause = firstRetry;
    for (int i = 1; i < attempt && pause.compareTo(longestRetry) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longestRetry) > 0 ? longestRetry : pause;
  }
}
