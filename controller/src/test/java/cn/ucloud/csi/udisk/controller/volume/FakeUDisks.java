package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A cloud whose orders take effect in steps, whose listings lag, and whose answers get lost.
 *
 * <p>Each disk is a history of what it was from when on; a look sees what was true a lag ago.
 */
class FakeUDisks implements UDisks {
  static final String ZONE = "cn-bj2-02";

  /** A host that was removed: its disks still name it, but not its address any more. */
  static final String GONE = "uhost-gone";

  private static final Duration STEP = Duration.ofSeconds(2);

  /** What happens to an order on its way. */
  sealed interface Fault {
    /** Done, but the answer does not arrive. */
    record AnswerLost() implements Fault {}

    /** Never arrives at the cloud, and nobody can tell. */
    record OrderLost() implements Fault {}

    /** Done much later; the answer does not arrive. */
    record Late(Duration by) implements Fault {}

    /** Accepted, and done much later. */
    record AcceptedLate(Duration by) implements Fault {}

    /** Refused. */
    record Refused(DriverException how) implements Fault {}
  }

  private record Version(long from, Optional<UDisk> disk) {}

  private final VirtualTime time;
  private final Map<String, List<Version>> histories = new LinkedHashMap<>();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  final Set<String> slowToSee = new HashSet<>();

  /** Disks whose records cannot be read. */
  final Set<String> odd = new HashSet<>();

  final Deque<Fault> faults = new ArrayDeque<>();

  /** How old what the next looks at a disk by its id show is; those after them show what is. */
  final Deque<Duration> staleness = new ArrayDeque<>();

  final List<String> orders = new ArrayList<>();
  Optional<DriverException> readFailure = Optional.empty();
  Duration lag = Duration.ZERO;
  Duration making = STEP;
  int pageSize = 100;
  int hostLooks;
  int looksById;
  int looksByName;
  int looksByHost;
  Runnable betweenPages = () -> {};
  Runnable betweenHostLooks = () -> {};
  Runnable onOrder = () -> {};

  FakeUDisks(VirtualTime time) {
    this.time = time;
    put(host("uhost-a", ZONE, Optional.empty()));
    put(host("uhost-b", ZONE, Optional.empty()));
    put(host("uhost-far", "cn-bj2-05", Optional.empty()));
  }

  @Override
  public Optional<UDisk> find(VolumeId id) {
    looksById++;
    failIfToldSo();
    if (odd.contains(id.value())) {
      requireReadable(id.value(), record -> record.mayBe(id.value()));
    }
    Duration age = staleness.isEmpty() ? lag : staleness.poll();
    return seen(histories.getOrDefault(id.value(), List.of()), time.now() - age.toNanos());
  }

  @Override
  public List<UDisk> named(String name) {
    looksByName++;
    failIfToldSo();
    odd.forEach(id -> requireReadable(id, record -> record.mayBeNamed(name)));
    return histories.values().stream()
        .flatMap(history -> seen(history, time.now() - lag.toNanos()).stream())
        .filter(disk -> disk.name().equals(name))
        .toList();
  }

  @Override
  public List<UDisk> on(NodeId host) {
    looksByHost++;
    failIfToldSo();
    return histories.values().stream()
        .flatMap(history -> seen(history, time.now() - lag.toNanos()).stream())
        .filter(disk -> disk.hostId().filter(host.value()::equals).isPresent())
        .filter(disk -> !odd.contains(disk.id()))
        .toList();
  }

  @Override
  public Map<NodeId, Optional<Host>> findHosts(List<NodeId> nodes) {
    failIfToldSo();
    hostLooks++;
    return nodes.stream()
        .collect(
            Collectors.toMap(
                Function.identity(), node -> Optional.ofNullable(hosts.get(node.value()))));
  }

  @Override
  public boolean isHost(NodeId node) {
    failIfToldSo();
    hostLooks++;
    betweenHostLooks.run();
    return hosts.containsKey(node.value());
  }

  @Override
  public VolumeId create(
      VolumeSpec spec, DiskType type, String zone, Optional<String> rdmaCluster) {
    String id = "bsm-" + (histories.size() + 1);
    order(
        "create " + type.className() + " " + spec.name().marked(),
        at -> put(id, spec, type, zone, rdmaCluster, at));
    return new VolumeId(id);
  }

  @Override
  public VolumeId copy(ContentSource source, String zone, DiskSize size, VolumeSpec spec) {
    String id = "bsm-" + (histories.size() + 1);
    Capacity capacity = new Capacity(size, 0, Optional.empty());
    VolumeSpec made =
        new VolumeSpec(spec.name(), capacity, spec.plan(), List.of(zone), spec.source());
    order(
        "copy %s to %s with %s".formatted(source.key(), spec.name().marked(), size),
        at -> put(id, made, DiskType.SSD, zone, Optional.empty(), at));
    return new VolumeId(id);
  }

  @Override
  public Page<UDisk> page(int offset) {
    failIfToldSo();
    betweenPages.run();
    List<UDisk> all =
        histories.values().stream()
            .flatMap(history -> seen(history, time.now() - lag.toNanos()).stream())
            .toList();
    List<UDisk> page = all.stream().skip(offset).limit(pageSize).toList();
    return new Page<>(
        page.stream().filter(disk -> !odd.contains(disk.id())).toList(),
        page.stream().map(UDisk::id).filter(odd::contains).map(FakeUDisks::odd).toList(),
        all.size());
  }

  private static OddRecord odd(String id) {
    return new OddRecord(Optional.of(id), Optional.of("pvc-" + id), Optional.of(id), "has no Size");
  }

  private static void requireReadable(String id, Predicate<OddRecord> isAskedFor) {
    OddRecords.requireNone("disk", id, new Page<>(List.of(), List.of(odd(id)), 1), isAskedFor);
  }

  @Override
  public void attach(UDisk disk, NodeId node, boolean acrossClusters) {
    order(
        "attach " + disk.id() + " " + node + (acrossClusters ? " across clusters" : ""),
        at -> {
          UDisk now = truth(disk.id()).orElseThrow();
          if (now.status() != UDiskStatus.AVAILABLE) {
            throw new OperationPending("17056 or 17057");
          }
          change(at, with(now, UDiskStatus.ATTACHING, Optional.of(node.value()), Optional.empty()));
          change(
              at + STEP.toNanos(),
              with(
                  now,
                  UDiskStatus.INUSE,
                  Optional.of(node.value()),
                  Optional.of(new DeviceName("vdb"))));
        });
  }

  @Override
  public void detach(UDisk disk, String host) {
    order(
        "detach " + disk.id() + " " + host,
        at -> {
          UDisk now = truth(disk.id()).orElseThrow();
          if (now.status() == UDiskStatus.DETACHING) {
            throw new OperationPending("17061");
          }
          if (!now.isOn(host)) {
            throw new OutcomeUnknown("17060");
          }
          change(at, with(now, UDiskStatus.DETACHING, now.hostId(), now.deviceName()));
          change(
              at + STEP.toNanos(),
              with(now, UDiskStatus.AVAILABLE, Optional.empty(), Optional.empty()));
        });
  }

  @Override
  public void delete(UDisk disk) {
    order("delete " + disk.id(), at -> add(disk.id(), at, Optional.empty()));
  }

  @Override
  public boolean resizeNeedsRestart(UDisk disk, DiskSize size) {
    failIfToldSo();
    return disk.hostId().filter(slowToSee::contains).isPresent();
  }

  @Override
  public void resize(UDisk disk, DiskSize size) {
    order(
        "resize " + disk.id() + " " + size,
        at -> {
          UDisk now = truth(disk.id()).orElseThrow();
          if (!now.hostId().equals(disk.hostId())) {
            throw new OperationPending("17026 or 8982");
          }
          change(at + STEP.toNanos(), withSize(now, size));
        });
  }

  /** The disks that exist in truth, whatever a look would show. */
  List<UDisk> existing() {
    return histories.keySet().stream().flatMap(id -> truth(id).stream()).toList();
  }

  /** Lets a disk be as somebody outside made it. */
  void put(UDisk disk) {
    put(disk, Duration.ZERO);
  }

  /** Lets it become so later. */
  void put(UDisk disk, Duration in) {
    add(disk.id(), time.now() + in.toNanos(), Optional.of(disk));
  }

  /** Somebody outside deletes it, or it is not shown to these keys any more. */
  void remove(String id) {
    add(id, time.now(), Optional.empty());
  }

  void put(Host host) {
    hosts.put(host.id(), host);
  }

  void removeHost(String id) {
    hosts.remove(id);
  }

  static Host host(String id, String zone, Optional<String> rdmaCluster) {
    return new Host(id, zone, rdmaCluster, addressOf(Optional.of(id)).stream().toList());
  }

  static UDisk disk(String id, String name, UDiskStatus status, Optional<String> host) {
    return new UDisk(
        id,
        name,
        ZONE,
        DiskSize.ofGib(10),
        status,
        Optional.of(DiskType.SSD),
        host,
        addressOf(host),
        host.map(h -> new DeviceName("vdb")),
        false,
        100);
  }

  /** As if hosts were numbered: uhost-a has 10.9.0.97. */
  private static Optional<String> addressOf(Optional<String> host) {
    return host.filter(id -> !id.equals(GONE))
        .map(id -> "10.9.0." + (int) id.charAt(id.length() - 1));
  }

  private interface Effect {
    void at(long time);
  }

  private void order(String what, Effect effect) {
    orders.add(what);
    onOrder.run();
    Fault fault = faults.poll();
    switch (fault) {
      case null -> effect.at(time.now());
      case Fault.AnswerLost _ -> {
        effect.at(time.now());
        throw new OutcomeUnknown(what + ": the answer was lost");
      }
      case Fault.OrderLost _ -> throw new OutcomeUnknown(what + ": the order was lost");
      case Fault.Late late -> {
        effect.at(time.now() + late.by.toNanos());
        throw new OutcomeUnknown(what + ": not answered");
      }
      case Fault.AcceptedLate late -> effect.at(time.now() + late.by.toNanos());
      case Fault.Refused refused -> throw refused.how;
    }
  }

  private void put(
      String id,
      VolumeSpec spec,
      DiskType type,
      String zone,
      Optional<String> rdmaCluster,
      long at) {
    UDisk made =
        new UDisk(
            id,
            spec.name().marked(),
            zone,
            spec.capacity().size(),
            UDiskStatus.INITIALIZATING,
            Optional.of(type),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            at / 1_000_000_000L,
            rdmaCluster);
    change(at, made);
    change(
        at + making.toNanos(),
        with(made, UDiskStatus.AVAILABLE, Optional.empty(), Optional.empty()));
  }

  private void change(long at, UDisk disk) {
    add(disk.id(), at, Optional.of(disk));
  }

  private void add(String id, long at, Optional<UDisk> disk) {
    histories.computeIfAbsent(id, any -> new ArrayList<>()).add(new Version(at, disk));
  }

  private Optional<UDisk> truth(String id) {
    return seen(histories.getOrDefault(id, List.of()), time.now());
  }

  private static Optional<UDisk> seen(List<Version> history, long at) {
    return history.stream()
        .filter(version -> version.from <= at)
        .reduce((first, next) -> next.from >= first.from ? next : first)
        .flatMap(Version::disk);
  }

  private static UDisk with(
      UDisk disk, UDiskStatus status, Optional<String> host, Optional<DeviceName> name) {
    return new UDisk(
        disk.id(),
        disk.name(),
        disk.zone(),
        disk.size(),
        status,
        disk.type(),
        host,
        addressOf(host),
        name,
        disk.isSystemDisk(),
        disk.createTime(),
        disk.rdmaCluster());
  }

  static UDisk withSize(UDisk disk, DiskSize size) {
    return new UDisk(
        disk.id(),
        disk.name(),
        disk.zone(),
        size,
        disk.status(),
        disk.type(),
        disk.hostId(),
        disk.hostIp(),
        disk.deviceName(),
        disk.isSystemDisk(),
        disk.createTime(),
        disk.rdmaCluster());
  }

  private void failIfToldSo() {
    if (readFailure.isPresent()) {
      throw readFailure.get();
    }
  }
}
