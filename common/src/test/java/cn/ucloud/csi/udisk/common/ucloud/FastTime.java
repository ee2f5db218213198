package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import java.time.Duration;

/** A clock that runs a thousand times too fast, for tests in which the pace does not matter. */
final class FastTime implements TimeSource {
  static ApiRateLimits pace() {
    return new ApiRateLimits(new FastTime());
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
