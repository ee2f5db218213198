package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.ucloud.rate.RateLimiter;
import java.time.Duration;

/**
 * How fast this process calls the API (decision 10). Reads and changes have a lane each, because
 * clouds limit them apart and neither may use up what the other needs. A refusal closes the lane of
 * the refused call; if that lane is refused again after it has been silent, the account is
 * throttled, and both are closed.
 */
public final class ApiRateLimits {
  private final RateLimiter reads;
  private final RateLimiter changes;

  public ApiRateLimits(TimeSource time) {
    reads = new RateLimiter(time, this::closeChanges);
    changes = new RateLimiter(time, reads::close);
  }

  private void closeChanges(Duration silence) {
    changes.close(silence);
  }

  /** That of calls which only read. */
  public RateLimiter reads() {
    return reads;
  }

  /** That of calls which change something. */
  public RateLimiter changes() {
    return changes;
  }

  RateLimiter of(UCloudAction<?> action) {
    return action.isRead() ? reads : changes;
  }
}
