package cn.ucloud.csi.udisk.common.concurrent;

import java.time.Duration;

/** The clock and the patience of this process, so that tests can have their own. */
public interface TimeSource {
  /** Nanoseconds since some moment; never goes back. */
  long now();

  /** Waits; ends early only by interruption. */
  void sleep(Duration duration) throws InterruptedException;

  /** The real ones. */
  static TimeSource real() {
    return new TimeSource() {
      @Override
      public long now() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
      }
    };
  }
}
