package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;

/** A clock that runs a thousand times too fast, for tests in which the pace does not matter. */
final class FastTime implements Pause {
  static Pace pace() {
    return new Pace(new FastTime());
  }

  @Override
  public long now() {
    return System.nanoTime() * 1000;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration.dividedBy(1000));
  }
}
