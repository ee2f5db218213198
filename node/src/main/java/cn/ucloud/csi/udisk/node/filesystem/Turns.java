package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.concurrent.Spent;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Lets only a few programs work on whole disks at a time: after a reboot a node has twenty to
 * check, and each takes memory and the bandwidth of the host. Huge disks wait for each other only,
 * so that nobody's small volume is stuck behind them.
 */
final class Turns {
  private static final int SMALL_AT_A_TIME = 2;
  private static final int HUGE_AT_A_TIME = 1;
  private static final long HUGE_BYTES = 1L << 40;

  private final Predicate<BlockDevice> isThere;
  private final Semaphore small = new Semaphore(SMALL_AT_A_TIME, true);
  private final Semaphore huge = new Semaphore(HUGE_AT_A_TIME, true);

  /**
   * @param isThere whether a device is still the one that was found
   */
  Turns(Predicate<BlockDevice> isThere) {
    this.isThere = isThere;
  }

  /**
   * Does the work when it is this disk's turn. That may be half an hour later, when its name may be
   * another disk's.
   *
   * @throws Unavailable if the wait was interrupted; then nothing was done
   * @throws HostRefused if the disk has gone away meanwhile; then nothing was done
   */
  <T> T take(BlockDevice device, Supplier<T> work) {
    Semaphore turns = device.bytes() > HUGE_BYTES ? huge : small;
    long start = System.nanoTime();
    try {
      turns.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("waiting for other disks that are formatted or checked", e);
    } finally {
      Spent.on(Spent.Part.QUEUE, Duration.ofNanos(System.nanoTime() - start));
    }
    try {
      if (!isThere.test(device)) {
        throw new HostRefused(device + " went away while other disks were formatted or checked");
      }
      return work.get();
    } finally {
      turns.release();
    }
  }
}
