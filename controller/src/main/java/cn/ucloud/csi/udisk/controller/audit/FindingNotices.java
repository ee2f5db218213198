package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.controller.volume.ListedDisk;
import cn.ucloud.csi.udisk.controller.volume.Notice;
import cn.ucloud.csi.udisk.controller.volume.Notice.Reason;
import cn.ucloud.csi.udisk.controller.volume.Notices;
import cn.ucloud.csi.udisk.controller.volume.Snapshot;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what was found: everything in the log, and in events what fits there. */
final class FindingNotices {
  private static final Logger LOG = LoggerFactory.getLogger(FindingNotices.class);
  private static final int MOST_NAMED = 5;

  private final Notices notices;

  FindingNotices(Notices notices) {
    this.notices = notices;
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
      notices.aboutDriver(
          new Notice(
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
      notices.about(disk.id(), new Notice(Reason.DANGLING_ATTACHMENT, text));
    }
    if (!found.duplicateNames().isEmpty()) {
      LOG.warn("several disks have the same name: {}", found.duplicateNames());
      notices.aboutDriver(
          new Notice(
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
    notices.aboutDriver(
        new Notice(
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
