package cn.ucloud.csi.udisk.common.concurrent;

import java.time.Duration;
import java.util.Map;

/** Hears of every operation: for metrics. */
@FunctionalInterface
public interface OperationObserver {
  /** Hears of one operation that begins; {@link #ended} follows. */
  default void started(OperationKind kind) {}

  /** Hears of one call that waits for an operation which was under way. */
  default void joined(OperationKind kind) {}

  /**
   * Hears of one operation, whatever came of it.
   *
   * @param total from its start to its end
   * @param parts what it waited for; the rest was work of ours
   */
  void ended(OperationKind kind, Duration total, Map<TimeSpent.Part, Duration> parts);
}
