package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the disks were some time ago, for a server that lags behind the others. */
final class PastDisks {
  private static final Duration KEPT = Duration.ofMinutes(2);

  /** The disk was {@code before} until then; null where there was none. */
  private record Change(Instant at, String id, @Nullable Disk before) {}

  private final Deque<Change> changes = new ArrayDeque<>();

  void changed(Instant now, String id, @Nullable Disk before) {
    changes.addLast(new Change(now, id, before));
    while (changes.getFirst().at.plus(KEPT).isBefore(now)) {
      changes.removeFirst();
    }
  }

  /** The disks that have changed since {@code then}, as they were then; null for none. */
  Map<String, @Nullable Disk> changedSince(Instant then) {
    Map<String, @Nullable Disk> past = new LinkedHashMap<>();
    changes
        .descendingIterator()
        .forEachRemaining(change -> {
          if (change.at.isAfter(then)) {
            past.put(change.id, change.before);
          }
        });
    return past;
  }
}
