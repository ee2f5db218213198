package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;

/** Time that passes only when somebody sleeps. */
final class VirtualTime implements Pause {
  private volatile long now = 1_000_000_000_000L;

  @Override
  public long now() {
    return now;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    pass(duration);
  }

  synchronized void pass(Duration duration) {
    now += duration.toNanos();
  }
}
