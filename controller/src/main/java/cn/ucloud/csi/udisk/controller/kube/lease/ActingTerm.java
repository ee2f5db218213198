package cn.ucloud.csi.udisk.controller.kube.lease;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The time for which this process may change anything, by its own steady clock.
 *
 * <p>The clock is read at every question, so that no thread has to run for the answer to become no:
 * a process that was stopped and goes on finds its term over.
 */
public final class ActingTerm implements Permission {
  private final Duration length;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private boolean begun;
  private boolean ended;
  private long start;
  private int passes;

  public ActingTerm(Duration length, LongSupplier nanos) {
    this.length = length;
    this.nanos = nanos;
  }

  /** The term runs anew from {@code from}: from before the request that was granted was sent. */
  void extend(long from) {
    lock.lock();
    try {
      begun = true;
      start = from;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing may be changed any more. */
  void end() {
    lock.lock();
    try {
      ended = true;
    } finally {
      lock.unlock();
    }
  }

  /** What is left, not above zero once it is over or before it has begun. */
  Duration left() {
    lock.lock();
    try {
      return begun && !ended ? length.minusNanos(nanos.getAsLong() - start) : Duration.ZERO;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void require() {
    if (!left().isPositive()) {
      throw new Unavailable("this process does not hold the lease; nothing was sent");
    }
  }

  @Override
  public Pass enter() {
    lock.lock();
    try {
      require();
      passes++;
      return this::leave;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      passes--;
      quiet.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing that was let in is under way; false if something still is. */
  boolean awaitQuiet(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (passes > 0 && left > 0) {
        left = quiet.awaitNanos(left);
      }
      return passes == 0;
    } finally {
      lock.unlock();
    }
  }
}
