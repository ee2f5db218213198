package cn.ucloud.csi.udisk.common.trace;

import java.util.function.Supplier;

/**
 * The span that the work of this thread belongs to.
 *
 * <p>It is found through the thread, not through parameters: nothing depends on it. A thread that a
 * request starts must be given it.
 */
public final class CurrentSpan {
  private static final ScopedValue<Span> CURRENT = ScopedValue.newInstance();

  private CurrentSpan() {}

  /** {@link Span#NONE} where there is none. */
  public static Span get() {
    return CURRENT.isBound() ? CURRENT.get() : Span.NONE;
  }

  /** Does {@code work} for {@code span}. */
  public static <T, X extends Throwable> T within(
      Span span, ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, span).call(work);
  }

  /** The same. */
  public static void runWithin(Span span, Runnable work) {
    ScopedValue.where(CURRENT, span).run(work);
  }

  /** Does {@code work} as a part of what this thread does, and ends that part. */
  public static <T> T during(String part, Supplier<T> work) {
    Span span = get().begin(part);
    try {
      return within(span, work::get);
    } finally {
      span.end();
    }
  }

  /** The same work, for another thread. */
  public static Runnable carried(Runnable work) {
    Span span = get();
    return () -> runWithin(span, work);
  }
}
