package cn.ucloud.csi.udisk.common.ucloud;

import java.time.Duration;

/** Hears of every request sent to the API: for metrics. */
@FunctionalInterface
public interface CallObserver {
  /**
   * Hears of one request, whatever came of it.
   *
   * @param action the action's name
   * @param outcome a RetCode as text, {@code no-answer} or {@code not-sent}
   * @param took from sending to the end
   */
  void called(String action, String outcome, Duration took);

  /** Hears how long a call waited for the pace before it was sent. */
  default void waited(String action, Duration waited) {}
}
