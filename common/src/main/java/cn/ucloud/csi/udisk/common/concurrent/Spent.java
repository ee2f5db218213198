package cn.ucloud.csi.udisk.common.concurrent;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Where the time of one operation went.
 *
 * <p>It is found through the thread that does the work, not through parameters: it is only
 * measured, nothing depends on it, and whoever waits anywhere below an operation can tell.
 */
public final class Spent {
  private static final ScopedValue<Spent> CURRENT = ScopedValue.newInstance();

  /** What an operation can wait for. */
  public enum Part {
    /** Another disk on the same host. */
    QUEUE,
    /** The rate at which the cloud may be called. */
    PACE,
    /** An answer of the cloud. */
    CLOUD,
    /** The effect of what was ordered. */
    WAIT
  }

  private final Map<Part, Duration> parts = new EnumMap<>(Part.class);

  /** Does {@code work}; what it waits for is counted here. */
  <T> T during(Callable<T> work) throws Exception {
    return ScopedValue.where(CURRENT, this).call(work::call);
  }

  /** Counts for the operation of this thread; does nothing outside of one. */
  public static void on(Part part, Duration time) {
    if (CURRENT.isBound()) {
      CURRENT.get().parts.merge(part, time, Duration::plus);
    }
  }

  Map<Part, Duration> parts() {
    return parts;
  }
}
