package cn.ucloud.csi.udisk.common.concurrent;

import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.time.Duration;
import java.util.concurrent.locks.Lock;

/**
 * Waiting in the middle of an operation. Who is interrupted there may have sent something already,
 * so the outcome is open, and the thread stays interrupted.
 */
public final class Waits {
  private Waits() {}

  /**
   * Waits once.
   *
   * @throws OperationPending if interrupted
   */
  public static void sleep(TimeSource time, Duration duration) {
    try {
      time.sleep(duration);
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  /**
   * Takes the lock, which the caller gives back.
   *
   * @throws OperationPending if interrupted
   */
  public static void lock(Lock lock) {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  private static OperationPending interrupted() {
    Thread.currentThread().interrupt();
    return new OperationPending("interrupted while waiting");
  }
}
