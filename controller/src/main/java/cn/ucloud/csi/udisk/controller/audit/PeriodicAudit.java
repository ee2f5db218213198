package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then, for as long as this process acts, and tells what it finds; changes nothing,
 * but has interim snapshots removed that nobody needs. On any doubt the findings stay as they were.
 */
public final class PeriodicAudit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicAudit.class);

  /** A list of the region that was not ready is, by then. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  /** Bills change by the day, and reading them is slow. */
  private static final Duration BILL_INTERVAL = Duration.ofHours(6);

  /**
   * What has come of the rounds so far.
   *
   * @param findings about disks; empty before the first round is done
   * @param leakedSnapshots empty while that is not known
   * @param interims interim snapshots that nobody needs and that could not be removed; the same
   * @param endangered the same
   */
  public record Report(
      Optional<Findings> findings,
      Optional<List<Snapshot>> leakedSnapshots,
      Optional<List<Snapshot>> interims,
      Optional<Endangered> endangered,
      Optional<Instant> lastDone,
      long done,
      long doubtful) {
    static final Report NONE =
        new Report(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            0);

    Report ofDisks(Findings found, Instant now) {
      return new Report(
          Optional.of(found),
          leakedSnapshots,
          interims,
          endangered,
          Optional.of(now),
          done + 1,
          doubtful);
    }

    Report ofSnapshots(Optional<List<Snapshot>> leaked, Optional<List<Snapshot>> left) {
      return new Report(findings, leaked, left, endangered, lastDone, done, doubtful);
    }

    Report ofBills(Endangered found) {
      return new Report(
          findings, leakedSnapshots, interims, Optional.of(found), lastDone, done, doubtful);
    }

    Report doubted() {
      return new Report(
          findings, leakedSnapshots, interims, endangered, lastDone, done, doubtful + 1);
    }
  }

  /** Everything there is in the region, or an exception. */
  public record Cloud(
      Supplier<List<ListedDisk>> disks,
      Supplier<List<Snapshot>> snapshots,
      Supplier<List<UDisk>> bills,
      Interims interims) {}

  /**
   * When it looks.
   *
   * @param interval between two rounds; longer than any list of disks is kept
   * @param leakAge a younger disk or snapshot is never called leaked
   */
  public record Rhythm(Duration interval, Duration leakAge) {}

  private final Cloud cloud;
  private final ClusterRecords cluster;
  private final FindingReporter events;
  private final Permission permission;
  private final TimeSource time;
  private final InstantSource clock;
  private final Rhythm rhythm;
  private final DiskAudit audit;
  private final SnapshotAudit snapshotAudit;
  private final InterimAudit interimAudit;
  private final LeakRule rule;
  private Instant billsDue = Instant.MIN;
  private volatile Report report = Report.NONE;
  private @Nullable Thread thread;

  public PeriodicAudit(
      Cloud cloud,
      ClusterRecords cluster,
      EventRecorder events,
      Permission permission,
      String clusterId,
      Rhythm rhythm) {
    this(
        cloud,
        cluster,
        events,
        permission,
        clusterId,
        rhythm,
        TimeSource.real(),
        InstantSource.system());
  }

  PeriodicAudit(
      Cloud cloud,
      ClusterRecords cluster,
      EventRecorder events,
      Permission permission,
      String clusterId,
      Rhythm rhythm,
      TimeSource time,
      InstantSource clock) {
    this.cloud = cloud;
    this.cluster = cluster;
    this.events = new FindingReporter(events);
    this.permission = permission;
    this.rule = new LeakRule(clusterId, rhythm.leakAge);
    this.audit = new DiskAudit(rule);
    this.snapshotAudit = new SnapshotAudit(rule);
    this.interimAudit = new InterimAudit(rule, cloud.interims);
    this.rhythm = rhythm;
    this.time = time;
    this.clock = clock;
  }

  /** Begins; the first round is after one interval. */
  public synchronized void start() {
    thread = Thread.ofVirtual().name("audit").start(this::runUntilInterrupted);
  }

  public Report report() {
    return report;
  }

  private void runUntilInterrupted() {
    try {
      while (true) {
        time.sleep(rhythm.interval);
        while (!round()) {
          time.sleep(RETRY);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Looks once; false if the disks could not be compared, and then nothing has changed but a count.
   * Snapshots and, now and then, bills are compared after them, and again in the next round if that
   * was not possible.
   */
  boolean round() {
    boolean isDone = isKnown("disks", this::compareDisks);
    if (isDone) {
      var _ = isKnown("snapshots", this::compareSnapshots);
      if (!clock.instant().isBefore(billsDue) && isKnown("bills", this::compareBills)) {
        billsDue = clock.instant().plus(BILL_INTERVAL);
      }
    }
    return isDone;
  }

  private boolean isKnown(String what, Runnable comparison) {
    try {
      permission.require();
      comparison.run();
      return true;
    } catch (DriverException e) {
      LOG.warn("cannot compare {} with the cluster, nothing is concluded: {}", what, e.sentence());
    } catch (RuntimeException e) {
      LOG.error("cannot compare {} with the cluster, because of a bug", what, e);
    }
    report = report.doubted();
    return false;
  }

  private void compareDisks() {
    Findings found = audit.compare(cloud.disks.get(), cluster, clock.instant());
    report = report.ofDisks(found, clock.instant());
    events.tell(found);
  }

  private void compareSnapshots() {
    boolean areOnRecord = cluster.snapshots().exist();
    if (!areOnRecord) {
      snapshotAudit.forget();
    }
    if (!areOnRecord && !interimAudit.isDue()) {
      report = report.ofSnapshots(Optional.empty(), Optional.of(List.of()));
      return;
    }
    List<Snapshot> all = cloud.snapshots.get();
    Optional<List<Snapshot>> leaked =
        areOnRecord
            ? Optional.of(snapshotAudit.compare(all, cluster.snapshots(), clock.instant()))
            : Optional.empty();
    List<Snapshot> left = interimAudit.clear(all, cluster);
    report = report.ofSnapshots(leaked, Optional.of(left));
    leaked.ifPresent(events::tellLeakedSnapshots);
    events.tellInterims(left);
  }

  private void compareBills() {
    List<UDisk> bills = cloud.bills.get();
    ClusterRecords.View view = cluster.view();
    Endangered found =
        Endangered.among(
            bills.stream()
                .filter(
                    disk -> rule.isMarked(disk.name()) || view.hasVolume(new VolumeId(disk.id())))
                .toList(),
            clock.instant());
    report = report.ofBills(found);
    events.tell(found);
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
