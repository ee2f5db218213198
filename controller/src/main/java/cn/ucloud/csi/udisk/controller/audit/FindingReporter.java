package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what was found: everything in the log, and in events what fits there. */
final class FindingReporter {
  private static final Logger LOG = LoggerFactory.getLogger(FindingReporter.class);
  private static final int MOST_NAMED = 5;

  /** Of the volumes whose users are told; each is three events, and a list of pods. */
  private static final int MOST_TOLD = 100;

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

  /** The log has them already. */
  void tellInterims(List<Snapshot> left) {
    if (!left.isEmpty()) {
      events.aboutDriver(
          new VolumeEvent(
              Reason.LEAKED_SNAPSHOTS,
              "%d snapshots that clones of volumes in use were made of are not needed any more and cannot be removed: %s; see 'Leaked disks' in the driver's operations.md"
                  .formatted(
                      left.size(),
                      some(left.stream().map(snapshot -> snapshot.id().value()).toList()))));
    }
  }

  /** Told in each round for as long as it is so, since events are kept for an hour. */
  void tell(Endangered disks) {
    List<Map.Entry<UDisk, VolumeEvent>> notices =
        Stream.of(
                disks.expired().stream().map(disk -> Map.entry(disk, expired(disk))),
                disks.locked().stream().map(disk -> Map.entry(disk, locked(disk))),
                disks.expiring().stream().map(one -> Map.entry(one.disk(), expires(one))))
            .flatMap(Function.identity())
            .toList();
    notices.forEach(each -> LOG.warn("{} ({})", each.getValue().text(), each.getKey().name()));
    notices.stream()
        .limit(MOST_TOLD)
        .forEach(each -> events.aboutUse(new VolumeId(each.getKey().id()), each.getValue()));
  }

  private static VolumeEvent expired(UDisk disk) {
    return new VolumeEvent(
        Reason.DISK_EXPIRED,
        "disk %s is unpaid%s; UCloud destroys it and all that is on it ten days after that: renew it in the console now"
            .formatted(
                disk.id(), disk.standing().paidUntil().map(end -> " since " + end).orElse("")));
  }

  private static VolumeEvent locked(UDisk disk) {
    return new VolumeEvent(
        Reason.KEY_UNUSABLE,
        "the key that disk %s is encrypted with is %s: it cannot be read once it is detached; enable the key in the console of UKMS before any pod moves"
            .formatted(disk.id(), problem(disk)));
  }

  private static VolumeEvent expires(Endangered.Expiring one) {
    return new VolumeEvent(
        Reason.DISK_EXPIRES,
        "disk %s is paid for until %s, %s; unpaid disks are destroyed ten days later: renew it in the console"
            .formatted(
                one.disk().id(),
                end(one.disk()),
                one.daysLeft() == 0
                    ? "less than a day"
                    : one.daysLeft() == 1 ? "1 day" : one.daysLeft() + " days"));
  }

  private static String end(UDisk disk) {
    return disk.standing().paidUntil().map(Instant::toString).orElse("an unknown time");
  }

  private static String problem(UDisk disk) {
    return disk.standing()
        .keyProblem()
        .map(word -> word.toLowerCase(Locale.ROOT))
        .orElse("unusable");
  }

  private static String some(List<String> all) {
    String named = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMED ? named + " and others, which the log names" : named;
  }
}
