package cn.ucloud.csi.udisk.controller.polling;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How disks were when our own work on them was done: newer than a list that was read before, or
 * soon after, for lists lag.
 */
public final class RecentChanges {
  /** Longer than any list takes to be read and is shown. */
  private static final Duration KEPT = Duration.ofMinutes(30);

  /**
   * For how long a list may show what was before our own work, however long an answer may be late:
   * what people do to a disk just after us must not be hidden, for it is healed by what is listed.
   */
  private static final Duration LONGEST_LAG = Duration.ofSeconds(15);

  private record Observation(Optional<UDisk> disk, long at) {}

  private final Map<String, Observation> looks = new ConcurrentHashMap<>();
  private final StaleReads staleReads;
  private final Duration lag;
  private final TimeSource time;
  private volatile long swept;

  /**
   * @param lag for how long a list may still show what was before
   */
  public RecentChanges(StaleReads staleReads, Duration lag, TimeSource time) {
    this.staleReads = staleReads;
    this.lag = lag;
    this.time = time;
    this.swept = time.now();
  }

  /** Work on the disk has ended, and this is how it was seen then. */
  public void saw(String diskId, Optional<UDisk> disk) {
    long now = time.now();
    if (now - swept > KEPT.toNanos()) { // for a process that nobody asks for lists
      swept = now;
      looks.values().removeIf(look -> now - look.at > KEPT.toNanos());
    }
    looks.put(diskId, new Observation(disk, now));
    var _ = staleReads.isCurrent(diskId, disk);
  }

  /** Whether work on the disk has ended later than what a list shows whose reading began then. */
  public boolean hasSeen(String diskId, long since) {
    Observation look = looks.get(diskId);
    return look != null && !isOlder(look, since);
  }

  /**
   * The list with what was seen later put in its place.
   *
   * @param list by the ids of the disks
   * @param since when its reading began
   */
  public List<UDisk> over(Map<String, UDisk> list, long since) {
    looks.values().removeIf(look -> isOlder(look, since));
    Map<String, UDisk> all = new LinkedHashMap<>(list);
    looks.forEach(
        (id, look) -> look.disk.ifPresentOrElse(disk -> all.put(id, disk), () -> all.remove(id)));
    return new ArrayList<>(all.values());
  }

  private boolean isOlder(Observation look, long since) {
    return since - look.at > Math.min(lag.toNanos(), LONGEST_LAG.toNanos());
  }
}
