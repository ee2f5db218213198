package cn.ucloud.csi.udisk.controller.snapshot;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The snapshots that this process has taken or found last, by their names: the API finds none by
 * name, and the snapshotter asks for each again and again until it is ready.
 */
final class SnapshotNames {
  private static final int MOST = 10_000;

  private final Map<String, SnapshotId> byName =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SnapshotId> eldest) {
          return size() > MOST;
        }
      };

  synchronized void add(String name, SnapshotId id) {
    byName.put(name, id);
  }

  /** Which it was; it may be gone. */
  synchronized Optional<SnapshotId> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
