package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All snapshots. With a listing lag a new one is shown late; a deleted one is gone at once. */
public final class Snapshots {
  private static final String KIND = "snapshots";

  private final StateDirectory state;
  private final InstantSource clock;
  private final Duration lag;

  /** In the order of creation. */
  private final Map<String, Snapshot> byId = new LinkedHashMap<>();

  private long lastSequence;

  Snapshots(StateDirectory state, InstantSource clock, Duration lag) {
    this.state = state;
    this.clock = clock;
    this.lag = lag;
    state.readAll(KIND, Snapshot.class).stream()
        .sorted(Comparator.comparingLong(Snapshot::sequence))
        .forEach(snapshot -> {
          byId.put(snapshot.id(), snapshot);
          lastSequence = snapshot.sequence();
        });
  }

  public Optional<Snapshot> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** All snapshots that exist, oldest first. */
  public List<Snapshot> all() {
    return List.copyOf(byId.values());
  }

  public List<Snapshot> of(String diskId) {
    return byId.values().stream()
        .filter(snapshot -> snapshot.source().id().equals(diskId))
        .toList();
  }

  /** All snapshots as DescribeUDiskSnapshot shows them, oldest first. */
  public List<Snapshot> allShown() {
    Instant shownIfBefore = clock.instant().minus(lag);
    return byId.values().stream()
        .filter(snapshot -> !snapshot.created().isAfter(shownIfBefore))
        .toList();
  }

  long nextSequence() {
    return ++lastSequence;
  }

  void save(Snapshot snapshot) {
    byId.put(snapshot.id(), snapshot);
    state.write(KIND, snapshot.id(), snapshot);
  }

  void remove(String id) {
    byId.remove(id);
    state.delete(KIND, id);
  }
}
