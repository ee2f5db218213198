package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.polling.Poller;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Asks again and again for what the cloud does one at a time. One asks for all who wait for the
 * same: a refusal costs a call too.
 */
final class Turns {
  private final Poller poller;
  private final Timing timing;
  private final TimeSource time;

  Turns(WorkContext context) {
    this.poller = context.poller();
    this.timing = context.timing();
    this.time = context.time();
  }

  /**
   * The answer, as soon as there is one.
   *
   * @param turn as in "turn to copy bsm-1"
   * @throws OperationPending if it is refused so for longer than a copy takes
   */
  <T> T take(String turn, Progress progress, Supplier<T> request) {
    try (Progress.Hold _ = progress.takeTurn(turn)) {
      long start = time.now();
      Duration wait = timing.firstPoll();
      while (true) {
        poller.sleep(wait);
        wait = poller.longer(wait);
        try {
          return request.get();
        } catch (OperationPending e) {
          if (time.now() - start > timing.completion().toNanos()) {
            throw e;
          }
          progress.at("waiting for its %s: %s".formatted(turn, e.sentence()));
        }
      }
    }
  }
}
