package cn.ucloud.csi.udisk.controller.kube.lease;

import java.time.Duration;

/**
 * How long the lease binds whom, and how often it is asked for.
 *
 * @param duration for which an unchanged lease keeps everybody else from acting; whole seconds
 * @param renewDeadline for which its holder acts after it last began to renew it with success; the
 *     rest of {@code duration} is for what is on its way and for clocks that run unevenly
 * @param retryPeriod between two attempts to renew or to get it
 */
public record LeaseTimings(Duration duration, Duration renewDeadline, Duration retryPeriod) {

  /**
   * One request of the election may take this long, so that a second one fits in before the end.
   */
  public Duration requestTimeout() {
    return renewDeadline.minus(retryPeriod).dividedBy(2);
  }
}
