package cn.ucloud.csi.udisk.common.concurrent;

import java.time.Duration;
import java.util.Map;

/** Hears of every operation: for metrics. */
@FunctionalInterface
public interface OperationObserver {
  /** Hears of one operation that begins; {@link #ended} follows. */
  default void started(Kind kind) {}

  /** Hears of one call that waits for an operation which was under way. */
  default void joined(Kind kind) {}

  /**
   * Hears of one operation, whatever came of it.
   *
   * @param total from its start to its end
   * @param parts what it waited for; the rest was work of ours
   */
  void ended(Kind kind, Duration total, Map<Spent.Part, Duration> parts);
}
