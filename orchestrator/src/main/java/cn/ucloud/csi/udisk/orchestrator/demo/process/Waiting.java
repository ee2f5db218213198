package cn.ucloud.csi.udisk.orchestrator.demo.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Looks again and again, for what nobody tells. */
public final class Waiting {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private Waiting() {}

  /**
   * Waits until it is so.
   *
   * @param otherwise what is said after {@code limit}
   * @throws DemoError if it is not so in time, or if this thread is interrupted
   */
  public static void until(BooleanSupplier isSo, Duration limit, String otherwise) {
    long end = System.nanoTime() + limit.toNanos();
    while (!isSo.getAsBoolean()) {
      DemoError.unless(System.nanoTime() < end, otherwise);
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DemoError("interrupted before this was over: " + otherwise);
      }
    }
  }
}
