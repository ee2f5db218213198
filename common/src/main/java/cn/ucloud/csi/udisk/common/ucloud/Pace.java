package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import java.time.Duration;

/**
 * How fast this process calls the API (decision 10). Reads and changes have a lane each, because
 * clouds limit them apart and neither may use up what the other needs. A refusal closes the lane of
 * the refused call; if that lane is refused again after it has been silent, the account is
 * throttled, and both are closed.
 */
public final class Pace {
  private final Lane reads;
  private final Lane changes;

  public Pace(Pause pause) {
    reads = new Lane(pause, this::closeChanges);
    changes = new Lane(pause, reads::close);
  }

  private void closeChanges(Duration silence) {
    changes.close(silence);
  }

  /** That of calls which only read. */
  public Lane reads() {
    return reads;
  }

  /** That of calls which change something. */
  public Lane changes() {
    return changes;
  }

  Lane of(UCloudAction<?> action) {
    return action.isRead() ? reads : changes;
  }
}
