package cn.ucloud.csi.udisk.node.program;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A part of this process's memory that programs share: one that needs more than is left waits. Who
 * needs little may overtake who needs much, and every program ends.
 */
public final class ProgramMemory {
  private final long total;
  private final Predicate<BlockDevice> isThere;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition freed = lock.newCondition();
  private final List<Share> shares = new ArrayList<>();

  private record Share(String program, BlockDevice device, long bytes) {
    @Override
    public String toString() {
      return program + " of " + device.node() + " (" + mib(bytes) + ")";
    }
  }

  /**
   * @param total in bytes
   * @param isThere whether a device is still the one that was found
   */
  ProgramMemory(long total, Predicate<BlockDevice> isThere) {
    this.total = total;
    this.isThere = isThere;
  }

  /** What one program can have at most, in bytes. */
  long total() {
    return total;
  }

  /** As it is told to people. */
  public static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  /**
   * Runs a program when there are so many bytes for it, or all of them if it needs more. That may
   * be hours later, when the device's name may be another disk's.
   *
   * @throws OperationPending if the operation was dropped while it waited; nothing was done
   * @throws HostRefused if the disk has gone away meanwhile; then nothing was done
   */
  <T> T with(String program, BlockDevice device, long bytes, Supplier<T> work) {
    Share share = new Share(program, device, Math.min(bytes, total));
    if (!tryTake(share)) {
      queue(share);
    }
    try {
      if (!isThere.test(device)) {
        throw new HostRefused(device + " went away while other disks were formatted or checked");
      }
      return work.get();
    } finally {
      giveBack(share);
    }
  }

  private void queue(Share share) {
    long start = System.nanoTime();
    AtomicBoolean taken = new AtomicBoolean();
    try {
      Progress.ofThisThread()
          .queue(
              waiting(share),
              () -> {
                take(share);
                taken.set(true);
              });
    } catch (OperationPending e) {
      if (taken.get()) {
        giveBack(share);
      }
      throw e;
    } finally {
      TimeSpent.on(TimeSpent.Part.QUEUE, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private boolean tryTake(Share share) {
    lock.lock();
    try {
      boolean fits = used() + share.bytes() <= total;
      if (fits) {
        shares.add(share);
      }
      return fits;
    } finally {
      lock.unlock();
    }
  }

  private void take(Share share) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!tryTake(share)) {
        freed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(Share share) {
    lock.lock();
    try {
      if (shares.remove(share)) {
        freed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private long used() {
    return shares.stream().mapToLong(Share::bytes).sum();
  }

  private String waiting(Share share) {
    lock.lock();
    try {
      return "waiting for the memory that "
          + share.program()
          + " needs, "
          + mib(share.bytes())
          + " of "
          + mib(total)
          + ", used now by "
          + shares.stream().map(Share::toString).collect(Collectors.joining(", "));
    } finally {
      lock.unlock();
    }
  }
}
