package cn.ucloud.csi.udisk.orchestrator.call;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * How one call ended, and what its caller makes of it.
 *
 * @param rpc such as {@code CreateVolume}
 * @param subject the volume, by the name the caller knows it by
 * @param attempt 1 for the first call
 * @param nextAttemptIn how long the caller waits before it calls again; absent if it does not
 */
public record Answer(
    String rpc,
    String subject,
    int attempt,
    Duration took,
    Status status,
    Verdict verdict,
    Optional<Duration> nextAttemptIn) {

  @Override
  public String toString() {
    String description = status.getDescription();
    return "%s %s, attempt %d, after %d ms: %s%s"
        .formatted(
            rpc,
            subject,
            attempt,
            took.toMillis(),
            status.getCode(),
            description == null ? "" : " (" + description + ")");
  }
}
