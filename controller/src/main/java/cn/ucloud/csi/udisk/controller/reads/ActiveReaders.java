package cn.ucloud.csi.udisk.controller.reads;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many read disks or wait for them at this moment. A few look whenever they like; in a crowd
 * looks wait for others with whom they can be shared (decision 11).
 */
public final class ActiveReaders {
  private static final int FEW = 4;

  private final AtomicInteger present = new AtomicInteger();

  /** One more reads or waits, until {@link #leave}. */
  void enter() {
    present.incrementAndGet();
  }

  void leave() {
    present.decrementAndGet();
  }

  int present() {
    return present.get();
  }

  public boolean areMany() {
    return present.get() > FEW;
  }
}
