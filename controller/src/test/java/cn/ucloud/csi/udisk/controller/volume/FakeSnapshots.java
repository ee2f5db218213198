package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot.Status;
import cn.ucloud.csi.udisk.controller.volume.FakeUDisks.Fault;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cloud whose snapshots take their time, appear late, and whose answers get lost. */
final class FakeSnapshots implements UDiskSnapshots {
  private static final Duration READY = Duration.ofSeconds(30);

  private record Taken(UDiskSnapshot snapshot, long at) {}

  private final VirtualTime time;
  private final Map<String, Taken> taken = new LinkedHashMap<>();
  final Deque<Fault> faults = new ArrayDeque<>();
  final List<String> orders = new ArrayList<>();
  Optional<DriverException> readFailure = Optional.empty();
  Duration lag = Duration.ZERO;
  int pages;
  int looks;

  FakeSnapshots(VirtualTime time) {
    this.time = time;
  }

  @Override
  public Optional<UDiskSnapshot> find(SnapshotId id) {
    return shown().stream().filter(snapshot -> snapshot.id().equals(id.value())).findFirst();
  }

  @Override
  public List<UDiskSnapshot> of(UDisk disk) {
    return shown().stream()
        .filter(snapshot -> snapshot.diskId().equals(disk.id()))
        .filter(snapshot -> snapshot.zone().equals(disk.zone()))
        .toList();
  }

  @Override
  public Page<UDiskSnapshot> page(int offset) {
    pages++;
    List<UDiskSnapshot> all = shown();
    return new Page<>(all.stream().skip(offset).limit(100).toList(), all.size());
  }

  @Override
  public SnapshotId create(UDisk disk, String name) {
    String id = "bsSnap-" + (taken.size() + 1);
    order("snapshot " + disk.id() + " " + name, at -> put(id, name, disk.id(), at));
    return new SnapshotId(id);
  }

  @Override
  public void delete(UDiskSnapshot snapshot) {
    order("delete " + snapshot.id(), _ -> taken.remove(snapshot.id()));
  }

  /** Lets there be a snapshot that somebody took long ago. */
  void put(String id, String name, String disk) {
    put(id, name, disk, time.now() - Duration.ofHours(1).toNanos());
  }

  void put(String id, String name, String disk, long at) {
    UDiskSnapshot snapshot =
        new UDiskSnapshot(
            id,
            name,
            FakeUDisks.ZONE,
            disk,
            DiskSize.ofGib(10),
            Status.CREATING,
            Optional.of(DiskType.SSD),
            at / 1_000_000_000L);
    taken.put(id, new Taken(snapshot, at));
  }

  /** The snapshots that exist in truth, whatever a look would show. */
  int existing() {
    return (int) taken.values().stream().filter(t -> t.at <= time.now()).count();
  }

  private List<UDiskSnapshot> shown() {
    looks++;
    if (readFailure.isPresent()) {
      throw readFailure.get();
    }
    return taken.values().stream()
        .filter(t -> t.at + lag.toNanos() <= time.now())
        .map(t -> t.at + READY.toNanos() <= time.now() ? ready(t.snapshot) : t.snapshot)
        .toList();
  }

  private static UDiskSnapshot ready(UDiskSnapshot snapshot) {
    return new UDiskSnapshot(
        snapshot.id(),
        snapshot.name(),
        snapshot.zone(),
        snapshot.diskId(),
        snapshot.size(),
        Status.NORMAL,
        snapshot.type(),
        snapshot.createTime());
  }

  private interface Effect {
    void at(long time);
  }

  private void order(String what, Effect effect) {
    orders.add(what);
    switch (faults.poll()) {
      case null -> effect.at(time.now());
      case Fault.AnswerLost _ -> {
        effect.at(time.now());
        throw new OutcomeUnknown(what + ": the answer was lost");
      }
      case Fault.OrderLost _ -> throw new OutcomeUnknown(what + ": the order was lost");
      case Fault.Late late -> {
        effect.at(time.now() + late.by().toNanos());
        throw new OutcomeUnknown(what + ": not answered");
      }
      case Fault.AcceptedLate late -> effect.at(time.now() + late.by().toNanos());
      case Fault.Refused refused -> throw refused.how();
    }
  }
}
