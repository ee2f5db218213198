package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All disks, as they are and as DescribeUDisk shows them.
 *
 * <p>With a listing lag the two differ: each change leaves behind what was shown before, with the
 * moment until which it goes on being shown.
 */
public final class Disks {
  private static final String KIND = "disks";

  private final StateDirectory state;
  private final InstantSource clock;
  private final Duration lag;

  /** In the order of creation. */
  private final Map<String, Entry> byId = new LinkedHashMap<>();

  /** Ids of the disks that have this host, in no order. */
  private final Map<String, Set<String>> byHost = new HashMap<>();

  private final PastDisks past = new PastDisks();
  private Duration age = Duration.ZERO;
  private DiskWatcher watcher = (_, _) -> {};
  private long dataDiskCount;
  private long lastSequence;

  /** A disk, or its absence after deletion, and what lists still show instead. */
  record Entry(@Nullable Disk disk, List<Earlier> earlier) {

    /** A deleted disk is kept only while something earlier is shown, so there always is one. */
    Disk anyVersion() {
      return Stream.concat(Stream.ofNullable(disk), earlier.stream().map(Earlier::disk))
          .flatMap(Stream::ofNullable)
          .findFirst()
          .orElseThrow();
    }
  }

  /** What is shown until then; null where the disk is not shown at all. */
  record Earlier(Instant until, @Nullable Disk disk) {}

  Disks(StateDirectory state, InstantSource clock, Duration lag) {
    this.state = state;
    this.clock = clock;
    this.lag = lag;
    state.readAll(KIND, Entry.class).stream()
        .sorted(Comparator.comparingLong(entry -> entry.anyVersion().sequence()))
        .forEach(entry -> {
          byId.put(entry.anyVersion().id(), entry);
          index(null, entry.disk());
        });
    this.lastSequence =
        byId.values().stream().mapToLong(entry -> entry.anyVersion().sequence()).max().orElse(0);
  }

  public Optional<Disk> find(String id) {
    return Optional.ofNullable(byId.get(id)).flatMap(entry -> Optional.ofNullable(entry.disk()));
  }

  /** RetCode 17041 when there is none. */
  public Disk require(String id) {
    return find(id)
        .orElseThrow(() -> new ApiRefusal(17041, "udisk id [" + id + "] does not exist"));
  }

  /** All disks that exist, oldest first. */
  public List<Disk> all() {
    return byId.values().stream()
        .flatMap(entry -> Optional.ofNullable(entry.disk()).stream())
        .toList();
  }

  /** The disks of this host, oldest first. */
  public List<Disk> on(String hostId) {
    return byHost.getOrDefault(hostId, Set.of()).stream()
        .flatMap(id -> find(id).stream())
        .sorted(Comparator.comparingLong(Disk::sequence))
        .toList();
  }

  /** Whether a clone of this disk is still being made. */
  boolean isBeingCloned(String id) {
    return byId.values().stream()
        .map(Entry::disk)
        .anyMatch(disk ->
            disk != null && disk.transition() != null && id.equals(disk.transition().source()));
  }

  public long dataDiskCount() {
    return dataDiskCount;
  }

  /** Shows during {@code look} what was shown so long ago, two minutes at most. */
  public <T> T asOf(Duration ago, Supplier<T> look) {
    age = ago;
    try {
      return look.get();
    } finally {
      age = Duration.ZERO;
    }
  }

  /** The disk as DescribeUDisk shows it. */
  public Optional<Disk> findShown(String id) {
    if (!age.isZero()) {
      return allShown().stream().filter(disk -> disk.id().equals(id)).findFirst();
    }
    return Optional.ofNullable(byId.get(id))
        .flatMap(entry -> Optional.ofNullable(shown(entry, clock.instant())));
  }

  /** All disks as DescribeUDisk shows them, oldest first. */
  public List<Disk> allShown() {
    Instant now = clock.instant();
    if (!age.isZero()) {
      return shownAt(now.minus(age).minus(lag));
    }
    return byId.values().stream()
        .flatMap(entry -> Optional.ofNullable(shown(entry, now)).stream())
        .toList();
  }

  private List<Disk> shownAt(Instant then) {
    Map<String, @Nullable Disk> changed = past.changedSince(then);
    return Stream.concat(
            all().stream().filter(disk -> !changed.containsKey(disk.id())),
            changed.values().stream().flatMap(Stream::ofNullable))
        .sorted(Comparator.comparingLong(Disk::sequence))
        .toList();
  }

  /** From now on {@code newWatcher} hears of every change, before anybody else sees it. */
  public void watch(DiskWatcher newWatcher) {
    watcher = newWatcher;
  }

  long nextSequence() {
    return ++lastSequence;
  }

  void save(Disk disk) {
    put(disk.id(), disk);
  }

  void remove(String id) {
    put(id, null);
    forgetDeleted();
  }

  private void put(String id, @Nullable Disk disk) {
    Entry before = byId.get(id);
    Entry after = new Entry(disk, earlier(before));
    index(before == null ? null : before.disk(), disk);
    past.changed(clock.instant(), id, before == null ? null : before.disk());
    watcher.changed(id, disk);
    if (disk == null && after.earlier().isEmpty()) {
      byId.remove(id);
      state.delete(KIND, id);
    } else {
      byId.put(id, after);
      state.write(KIND, id, after);
    }
  }

  private void index(@Nullable Disk before, @Nullable Disk after) {
    if (before != null) {
      dataDiskCount -= before.boot() ? 0 : 1;
      if (before.attachment() != null) {
        byHost.getOrDefault(before.attachment().hostId(), new HashSet<>()).remove(before.id());
      }
    }
    if (after != null) {
      dataDiskCount += after.boot() ? 0 : 1;
      if (after.attachment() != null) {
        byHost.computeIfAbsent(after.attachment().hostId(), _ -> new HashSet<>()).add(after.id());
      }
    }
  }

  private List<Earlier> earlier(@Nullable Entry before) {
    if (lag.isZero()) {
      return List.of();
    }
    Instant now = clock.instant();
    List<Earlier> earlier = new ArrayList<>();
    if (before != null) {
      before.earlier().stream().filter(e -> e.until().isAfter(now)).forEach(earlier::add);
    }
    earlier.add(new Earlier(now.plus(lag), before == null ? null : before.disk()));
    return earlier;
  }

  private void forgetDeleted() {
    Instant now = clock.instant();
    List<String> forgotten =
        byId.entrySet().stream()
            .filter(e -> e.getValue().disk() == null && shown(e.getValue(), now) == null)
            .filter(e -> e.getValue().earlier().stream().noneMatch(x -> x.until().isAfter(now)))
            .map(Map.Entry::getKey)
            .toList();
    for (String id : forgotten) {
      byId.remove(id);
      state.delete(KIND, id);
    }
  }

  private static @Nullable Disk shown(Entry entry, Instant now) {
    for (Earlier earlier : entry.earlier()) {
      if (earlier.until().isAfter(now)) {
        return earlier.disk();
      }
    }
    return entry.disk();
  }
}
