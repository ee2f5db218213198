package cn.ucloud.csi.udisk.controller.volume;

import static java.util.Objects.requireNonNull;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.OddRecord;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A region that takes so many changes a second, each in its turn, and as many reads as it gets;
 * each call travels for a while. For many threads in {@link StormTime}.
 */
final class StormCloud implements UDisks {
  static final double CHANGES_PER_SECOND = 20;
  private static final Duration TRAVEL = Duration.ofMillis(20);
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final Duration MAKING = Duration.ofMillis(1500);
  private static final int PAGE = 100;

  /** What a disk is until {@code at}, and from then on. */
  private record Course(UDisk before, long at, UDisk after) {}

  private final StormTime time;
  private final ReentrantLock line = new ReentrantLock(true);
  private final List<UDisk> foreign = new ArrayList<>();
  private final Map<String, Course> own = new LinkedHashMap<>();

  /** Disks whose records cannot be read. */
  final Set<String> odd = new HashSet<>();

  /** Pages from this offset on cannot be read. */
  int unreadableFrom = Integer.MAX_VALUE;

  /** When each call was made. */
  final List<Long> reads = new ArrayList<>();

  final List<Long> changes = new ArrayList<>();
  final Map<String, Integer> kinds = new HashMap<>();

  StormCloud(StormTime time, int foreignDisks) {
    this.time = time;
    for (int i = 0; i < foreignDisks; i++) {
      foreign.add(disk("bsm-foreign-" + i, "other-" + i, UDiskStatus.AVAILABLE, 1000 + i));
    }
  }

  /** A disk of ours that is on the host. */
  void put(String id, String host) {
    UDisk disk = disk(id, "pvc-" + id, UDiskStatus.AVAILABLE, 1_000_000 + own.size());
    own.put(id, new Course(disk, 0, on(disk, UDiskStatus.INUSE, host)));
  }

  int calls(String kind) {
    return kinds.getOrDefault(kind, 0);
  }

  /** A free disk of ours. */
  void put(String id) {
    UDisk disk = disk(id, "pvc-" + id, UDiskStatus.AVAILABLE, 1_000_000 + own.size());
    own.put(id, new Course(disk, 0, disk));
  }

  synchronized List<UDisk> ours() {
    return own.values().stream().map(this::now).toList();
  }

  /** Calls a second between the first tenth of the changes and the last. */
  double changesPerSecond() {
    int first = changes.size() / 10;
    int last = changes.size() * 9 / 10;
    return (last - first) * 1e9 / (changes.get(last) - changes.get(first));
  }

  private static UDisk disk(String id, String name, UDiskStatus status, long made) {
    return new UDisk(
        id,
        name,
        FakeUDisks.ZONE,
        DiskSize.ofGib(10),
        status,
        Optional.of(DiskType.SSD),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        made);
  }

  private static UDisk on(UDisk disk, UDiskStatus status, String host) {
    return new UDisk(
        disk.id(),
        disk.name(),
        disk.zone(),
        disk.size(),
        status,
        disk.type(),
        Optional.of(host),
        Optional.empty(),
        status == UDiskStatus.INUSE ? Optional.of(new DeviceName("vdb")) : Optional.empty(),
        false,
        disk.createTime());
  }

  private UDisk now(Course course) {
    return time.now() < course.at ? course.before : course.after;
  }

  private void travel() {
    Waits.sleep(time, TRAVEL);
  }

  private synchronized void read(String kind) {
    reads.add(time.now());
    kinds.merge(kind, 1, Integer::sum);
  }

  private <T> T reading(String kind, Supplier<T> what) {
    travel();
    read(kind);
    T seen;
    synchronized (this) {
      seen = what.get();
    }
    travel();
    return seen;
  }

  @Override
  public Optional<UDisk> find(VolumeId id) {
    return reading(
        "by id",
        () -> {
          if (odd.contains(id.value())) {
            throw new Unavailable("disk " + id + " cannot be used");
          }
          return Optional.ofNullable(own.get(id.value())).map(this::now);
        });
  }

  @Override
  public List<UDisk> named(String name) {
    return reading(
        "by name",
        () ->
            own.values().stream().map(this::now).filter(disk -> disk.name().equals(name)).toList());
  }

  @Override
  public List<UDisk> on(NodeId host) {
    return reading(
        "by host",
        () -> own.values().stream().map(this::now).filter(d -> d.isOn(host.value())).toList());
  }

  @Override
  public Page<UDisk> page(int offset) {
    return reading(
        "pages",
        () -> {
          if (offset >= unreadableFrom) {
            throw new Unavailable("the page cannot be read");
          }
          List<UDisk> all = new ArrayList<>(foreign);
          own.values().forEach(course -> all.add(now(course)));
          List<UDisk> shown =
              all.subList(Math.min(offset, all.size()), Math.min(offset + PAGE, all.size()));
          return new Page<>(
              shown.stream().filter(disk -> !odd.contains(disk.id())).toList(),
              shown.stream()
                  .filter(disk -> odd.contains(disk.id()))
                  .map(disk ->
                      new OddRecord(
                          Optional.of(disk.id()),
                          Optional.of(disk.name()),
                          Optional.of(disk.id()),
                          "has no Size"))
                  .toList(),
              all.size());
        });
  }

  @Override
  public Map<NodeId, Optional<Host>> findHosts(List<NodeId> nodes) {
    return reading(
        "hosts",
        () -> {
          Map<NodeId, Optional<Host>> found = new HashMap<>();
          nodes.forEach(node ->
              found.put(
                  node,
                  Optional.of(FakeUDisks.host(node.value(), FakeUDisks.ZONE, Optional.empty()))));
          return found;
        });
  }

  @Override
  public boolean isHost(NodeId node) {
    return true;
  }

  private void changing(Runnable change) {
    Waits.lock(line);
    try {
      Waits.sleep(time, Duration.ofNanos((long) (1e9 / CHANGES_PER_SECOND)));
    } finally {
      line.unlock();
    }
    travel();
    synchronized (this) {
      changes.add(time.now());
      change.run();
    }
    travel();
  }

  @Override
  public VolumeId create(
      VolumeSpec spec, DiskType type, String zone, Optional<String> rdmaCluster) {
    String id = "bsm-of-" + spec.name().marked();
    changing(() -> {
      UDisk made = disk(id, spec.name().marked(), UDiskStatus.INITIALIZATING, 2_000_000);
      UDisk ready = disk(id, spec.name().marked(), UDiskStatus.AVAILABLE, 2_000_000);
      own.put(id, new Course(made, time.now() + MAKING.toNanos(), ready));
    });
    return new VolumeId(id);
  }

  @Override
  public void attach(UDisk disk, NodeId node, boolean acrossClusters) {
    changing(() -> {
      if (now(requireNonNull(own.get(disk.id()))).status() != UDiskStatus.AVAILABLE) {
        throw new OutcomeUnknown("AttachUDisk " + disk.id() + " was refused");
      }
      own.put(
          disk.id(),
          new Course(
              on(disk, UDiskStatus.ATTACHING, node.value()),
              time.now() + STEP.toNanos(),
              on(disk, UDiskStatus.INUSE, node.value())));
    });
  }

  @Override
  public void detach(UDisk disk, String host) {
    UDisk free = disk(disk.id(), disk.name(), UDiskStatus.AVAILABLE, disk.createTime());
    changing(() ->
        own.put(
            disk.id(),
            new Course(on(disk, UDiskStatus.DETACHING, host), time.now() + STEP.toNanos(), free)));
  }

  @Override
  public void delete(UDisk disk) {
    changing(() -> own.remove(disk.id()));
  }

  @Override
  public VolumeId copy(ContentSource source, String zone, DiskSize size, VolumeSpec spec) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean resizeNeedsRestart(UDisk disk, DiskSize size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void resize(UDisk disk, DiskSize size) {
    throw new UnsupportedOperationException();
  }
}
