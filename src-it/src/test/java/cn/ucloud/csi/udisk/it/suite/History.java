package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All that ever happened to the disks, and what must never happen to any. */
final class History {
  private record Version(long at, Optional<Disk> disk) {}

  private final Map<String, List<Version>> versions = new ConcurrentHashMap<>();
  private final List<String> crimes = new CopyOnWriteArrayList<>();

  /** The disk is so from now on; null means that it is gone. */
  void changed(String id, @Nullable Disk disk) {
    List<Version> known = versions.computeIfAbsent(id, _ -> new ArrayList<>());
    synchronized (known) {
      Optional<Disk> before = known.isEmpty() ? Optional.empty() : known.getLast().disk;
      Optional<Disk> after = Optional.ofNullable(disk);
      judge(id, before, after);
      known.add(new Version(System.nanoTime(), after));
    }
  }

  private void judge(String id, Optional<Disk> before, Optional<Disk> after) {
    Optional<String> from = before.flatMap(History::host);
    Optional<String> to = after.flatMap(History::host);
    if (from.isPresent() && to.isPresent() && !from.equals(to)) {
      crimes.add("%s went from %s to %s at once".formatted(id, from.get(), to.get()));
    }
    boolean isGoing =
        after.isEmpty()
            || after
                .map(Disk::transition)
                .filter(transition -> transition.kind() == Transition.Kind.DELETE)
                .isPresent();
    if (from.isPresent() && isGoing) {
      crimes.add("%s was deleted while attached to %s".formatted(id, from.get()));
    }
  }

  static Optional<String> host(Disk disk) {
    return Optional.ofNullable(disk.attachment()).map(attachment -> attachment.hostId());
  }

  List<String> crimes() {
    return crimes;
  }

  /** Whether the disk was so at any moment since {@code start}. */
  boolean wasSince(long start, String id, Predicate<Optional<Disk>> state) {
    List<Version> known = versions.getOrDefault(id, List.of());
    synchronized (known) {
      Optional<Disk> current = Optional.empty();
      for (Version version : known) {
        if (version.at > start && state.test(current)) {
          return true;
        }
        current = version.disk;
      }
      return state.test(current);
    }
  }

  /** The disk as it is. */
  Optional<Disk> now(String id) {
    List<Version> known = versions.getOrDefault(id, List.of());
    synchronized (known) {
      return known.isEmpty() ? Optional.empty() : known.getLast().disk;
    }
  }
}
