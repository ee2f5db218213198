package cn.ucloud.csi.udisk.controller.recovery;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after nodes whose hosts are off, for as long as this process acts: one list of leases in
 * each round, and requests to the cloud only where a kubelet is silent. Nothing is kept that cannot
 * be seen again in cluster and cloud; on any doubt nothing is done.
 */
public final class StoppedHosts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoppedHosts.class);

  /** As often as kubelets renew their leases. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  /**
   * What has come of it so far.
   *
   * @param silent nodes whose kubelets are silent; NaN while that is not known
   * @param marked nodes that are out of service by this driver's mark
   * @param heldBack nodes with silent kubelets that would be looked at, or marked, but for a limit
   * @param recovered how often a node was marked
   * @param returned how often a mark was taken away
   */
  public record Report(
      double silent, double marked, double heldBack, long recovered, long returned) {
    public static final Report UNKNOWN = new Report(Double.NaN, Double.NaN, Double.NaN, 0, 0);
  }

  private final NodeMarks cluster;
  private final Permission permission;
  private final TimeSource time;
  private final Heartbeats heartbeats = new Heartbeats();
  private final Departures departures;
  private final Returns returns;
  private String trouble = "";
  private volatile Report report = Report.UNKNOWN;
  private @Nullable Thread thread;

  public StoppedHosts(
      DiskApi disks, NodeMarks cluster, EventRecorder events, Permission permission) {
    this(disks, cluster, events, permission, TimeSource.real(), InstantSource.system());
  }

  StoppedHosts(
      DiskApi disks,
      NodeMarks cluster,
      EventRecorder events,
      Permission permission,
      TimeSource time,
      InstantSource clock) {
    this.cluster = cluster;
    this.permission = permission;
    this.time = time;
    HostStates hosts = new HostStates(disks);
    Notices notices = new Notices(events, time);
    this.departures = new Departures(hosts, cluster, heartbeats, permission, notices, clock);
    this.returns = new Returns(hosts, cluster, heartbeats, permission, notices);
  }

  /** Begins; the first round is after one interval. */
  public synchronized void start() {
    thread = Thread.ofVirtual().name("stopped hosts").start(this::runUntilInterrupted);
  }

  public Report report() {
    return report;
  }

  private void runUntilInterrupted() {
    try {
      while (true) {
        time.sleep(INTERVAL);
        round();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once. What cannot be read now is read in the next round. */
  void round() {
    try {
      permission.require();
      var seen = cluster.nodes();
      heartbeats.look(
          seen.stream().map(NodeMarks.Watched::name).toList(), cluster.heartbeats(), time.now());
      long returned = returns.round(seen);
      Departures.Outcome gone = departures.round(seen, time.now());
      report =
          new Report(
              gone.silent(),
              seen.stream().filter(node -> node.mark() == NodeMarks.Mark.OURS).count(),
              gone.heldBack(),
              report.recovered + gone.marked(),
              report.returned + returned);
      trouble = "";
    } catch (DriverException e) {
      forget(e.sentence());
    } catch (RuntimeException e) {
      LOG.error("cannot look for stopped hosts, because of a bug", e);
      forget(e.toString());
    }
  }

  private void forget(String why) {
    departures.forget();
    report =
        new Report(Double.NaN, report.marked, report.heldBack, report.recovered, report.returned);
    if (!why.equals(trouble)) {
      LOG.warn("cannot tell which hosts are stopped, nothing is concluded: {}", why);
      trouble = why;
    }
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
