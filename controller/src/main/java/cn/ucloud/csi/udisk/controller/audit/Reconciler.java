package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.controller.volume.ListedDisk;
import cn.ucloud.csi.udisk.controller.volume.Notice;
import cn.ucloud.csi.udisk.controller.volume.Notice.Reason;
import cn.ucloud.csi.udisk.controller.volume.Notices;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then, for as long as this process acts, and tells what it finds; changes nothing.
 * On any doubt the findings stay as they were.
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  /** A list of the region that was not ready is, by then. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private static final int MOST_NAMED = 5;

  /** What has come of the rounds so far; findings are empty before the first one is done. */
  public record Report(
      Optional<Findings> findings, Optional<Instant> lastDone, long done, long doubtful) {}

  /**
   * When it looks.
   *
   * @param interval between two rounds; longer than any list of disks is kept
   * @param leakAge a younger disk is never called leaked
   */
  public record Rhythm(Duration interval, Duration leakAge) {}

  private final Supplier<List<ListedDisk>> disks;
  private final ClusterRecords cluster;
  private final Notices notices;
  private final Permission permission;
  private final Pause pause;
  private final InstantSource clock;
  private final Rhythm rhythm;
  private final Audit audit;
  private volatile Report report = new Report(Optional.empty(), Optional.empty(), 0, 0);
  private @Nullable Thread thread;

  /**
   * @param disks all of the region, or an exception
   */
  public Reconciler(
      Supplier<List<ListedDisk>> disks,
      ClusterRecords cluster,
      Notices notices,
      Permission permission,
      String clusterId,
      Rhythm rhythm) {
    this(
        disks,
        cluster,
        notices,
        permission,
        new Audit(clusterId, rhythm.leakAge),
        rhythm,
        Pause.real(),
        InstantSource.system());
  }

  Reconciler(
      Supplier<List<ListedDisk>> disks,
      ClusterRecords cluster,
      Notices notices,
      Permission permission,
      Audit audit,
      Rhythm rhythm,
      Pause pause,
      InstantSource clock) {
    this.disks = disks;
    this.cluster = cluster;
    this.notices = notices;
    this.permission = permission;
    this.audit = audit;
    this.rhythm = rhythm;
    this.pause = pause;
    this.clock = clock;
  }

  /** Begins; the first round is after one interval. */
  public synchronized void start() {
    thread = Thread.ofVirtual().name("reconciler").start(this::runUntilInterrupted);
  }

  public Report report() {
    return report;
  }

  private void runUntilInterrupted() {
    try {
      while (true) {
        pause.sleep(rhythm.interval);
        while (!round()) {
          pause.sleep(RETRY);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once; false if that was not possible, and then nothing has changed but a count. */
  boolean round() {
    Report before = report;
    try {
      permission.require();
      Findings found = audit.compare(disks.get(), cluster, clock.instant());
      report =
          new Report(
              Optional.of(found), Optional.of(clock.instant()), before.done + 1, before.doubtful);
      tell(found);
      return true;
    } catch (DriverException e) {
      LOG.warn("cannot compare disks with the cluster, nothing is concluded: {}", e.sentence());
    } catch (RuntimeException e) {
      LOG.error("cannot compare disks with the cluster, because of a bug", e);
    }
    report = new Report(before.findings, before.lastDone, before.done, before.doubtful + 1);
    return false;
  }

  private void tell(Findings found) {
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

  private static String some(List<String> all) {
    String named = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMED ? named + " and others, which the log names" : named;
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
