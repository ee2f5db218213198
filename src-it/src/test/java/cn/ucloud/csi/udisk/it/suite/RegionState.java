package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import java.util.List;
import java.util.Optional;

/** What the region really holds, whatever its listings show. */
record RegionState(List<Disk> disks, List<Snapshot> snapshots) {

  static RegionState of(Simulator simulator) {
    var state = simulator.state();
    return new RegionState(
        state.disks().stream().filter(disk -> !disk.boot()).toList(), state.snapshots());
  }

  /** The same without ids and times: equal for two regions in which the same was done. */
  List<String> summary() {
    List<String> lines = new java.util.ArrayList<>();
    for (Disk disk : disks) {
      lines.add(
          "disk %s %d GB %s %s%s"
              .formatted(
                  disk.order().name(),
                  disk.order().sizeGb(),
                  disk.order().type(),
                  disk.status(),
                  host(disk.id()).map(host -> " on " + host).orElse("")));
    }
    for (Snapshot snapshot : snapshots) {
      lines.add(
          "snapshot %s of %s %s"
              .formatted(snapshot.name(), snapshot.source().order().name(), snapshot.status()));
    }
    return lines.stream().sorted().toList();
  }

  Optional<Disk> disk(String id) {
    return disks.stream().filter(disk -> disk.id().equals(id)).findFirst();
  }

  Optional<Snapshot> snapshot(String id) {
    return snapshots.stream().filter(snapshot -> snapshot.id().equals(id)).findFirst();
  }

  Optional<String> host(String disk) {
    return disk(disk).map(Disk::attachment).map(attachment -> attachment.hostId());
  }
}
