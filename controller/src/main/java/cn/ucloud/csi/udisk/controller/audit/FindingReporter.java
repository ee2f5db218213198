package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what was found: everything in the log, and in events what fits there. */
final class FindingReporter {
  private static final Logger LOG = LoggerFactory.getLogger(FindingReporter.class);
  private static final int MOST_NAMED = 5;

  private final EventRecorder events;

  FindingReporter(EventRecorder events) {
    this.events = events;
  }

  void tell(Findings found) {
    if (!found.leaked().isEmpty()) {
      found
          .leaked()
          .forEach(disk ->
              LOG.warn(
                  "disk {} named {}, {}, has no persistent volume, and no claim waits for it{}",
                  disk.id(),
                  disk.name(),
                  disk.size(),
                  disk.host().map(host -> "; " + host + " has it").orElse("")));
      events.aboutDriver(
          new VolumeEvent(
              Reason.LEAKED_DISKS,
              "%d disks of this cluster have no persistent volume and cost money: %s; see 'Leaked disks' in the driver's operations.md"
                  .formatted(
                      found.leaked().size(),
                      some(found.leaked().stream().map(disk -> disk.id().value()).toList()))));
    }
    for (ListedDisk disk : found.dangling()) {
      String text =
          "disk %s is attached to %s, and no VolumeAttachment says so"
              .formatted(disk.id(), disk.host().map(Object::toString).orElse("a node"));
      LOG.warn("{}; it is left alone", text);
      events.about(disk.id(), new VolumeEvent(Reason.DANGLING_ATTACHMENT, text));
    }
    if (!found.duplicateNames().isEmpty()) {
      LOG.warn("several disks have the same name: {}", found.duplicateNames());
      events.aboutDriver(
          new VolumeEvent(
              Reason.DUPLICATE_DISKS,
              "several disks have the same name, and one of each is a volume: "
                  + some(found.duplicateNames())));
    }
  }

  void tellLeakedSnapshots(List<Snapshot> leaked) {
    if (leaked.isEmpty()) {
      return;
    }
    leaked.forEach(snapshot ->
        LOG.warn(
            "snapshot {} named {}, of disk {}, {}, has no VolumeSnapshotContent",
            snapshot.id(),
            snapshot.name(),
            snapshot.source(),
            snapshot.size()));
    events.aboutDriver(
        new VolumeEvent(
            Reason.LEAKED_SNAPSHOTS,
            "%d snapshots of this cluster have no VolumeSnapshotContent: %s; see 'Leaked disks' in the driver's operations.md"
                .formatted(
                    leaked.size(),
                    some(leaked.stream().map(snapshot -> snapshot.id().value()).toList()))));
  }

  private static String some(List<String> all) {
    String named = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMED ? named + " and others, which the log names" : named;
  }
}
