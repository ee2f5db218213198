package cn.ucloud.csi.udisk.common.concurrent;

import cn.ucloud.csi.udisk.common.trace.CurrentSpan;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * Where the time of one operation went.
 *
 * <p>It is found through the thread that does the work, not through parameters: it is only
 * measured, nothing depends on it, and whoever waits anywhere below an operation can tell.
 */
public final class TimeSpent {
  private static final ScopedValue<TimeSpent> CURRENT = ScopedValue.newInstance();

  /** What took less is no span of a trace. */
  private static final Duration NOTICEABLE = Duration.ofMillis(1);

  /** What an operation can wait for. */
  public enum Part {
    /** Another disk on the same host, in the cloud or on the node. */
    QUEUE,
    /** The rate at which the cloud may be called. */
    PACE,
    /** An answer of the cloud, or of its metadata server. */
    CLOUD,
    /** The effect of what was ordered: a state, a device, its size. */
    WAIT,
    /** A program, such as mkfs or e2fsck. */
    PROGRAM,
    /** What is read of a disk to see whether it is blank. */
    DISK,
    /** The kernel, mounting or unmounting. */
    MOUNT;

    private String spanName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Part, Duration> parts = new EnumMap<>(Part.class);

  /** Does {@code work}; what it waits for is counted here. */
  <T> T during(Callable<T> work) throws Exception {
    return ScopedValue.where(CURRENT, this).call(work::call);
  }

  /** Does {@code work} and counts its time, whatever comes of it; a part of the trace as well. */
  public static <T> T on(Part part, Supplier<T> work) {
    return on(part, part.spanName(), work);
  }

  /** The same, called {@code what} in the trace. */
  public static <T> T on(Part part, String what, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      on(part, what, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** Counts for the operation of this thread, if it has one; a part of the trace as well. */
  public static void on(Part part, Duration time) {
    on(part, part.spanName(), time);
  }

  private static void on(Part part, String what, Duration time) {
    count(part, time);
    if (time.compareTo(NOTICEABLE) >= 0) {
      CurrentSpan.get().past(what, time);
    }
  }

  /** Counts only: for what is in the trace already. */
  public static void count(Part part, Duration time) {
    if (CURRENT.isBound()) {
      CURRENT.get().parts.merge(part, time, Duration::plus);
    }
  }

  Map<Part, Duration> parts() {
    return parts;
  }
}
