package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.controller.audit.Endangered;
import cn.ucloud.csi.udisk.controller.audit.Findings;
import cn.ucloud.csi.udisk.controller.audit.PeriodicAudit;
import cn.ucloud.csi.udisk.controller.kube.adapter.EventCounts;
import cn.ucloud.csi.udisk.controller.recovery.StoppedHosts;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the audit found, and whether people could be told. */
final class WatchMetrics {
  private WatchMetrics() {}

  static void register(
      PrometheusRegistry registry,
      Supplier<Optional<PeriodicAudit.Report>> report,
      Supplier<Optional<StoppedHosts.Report>> hosts,
      Supplier<EventCounts> events) {
    registerAudit(registry, "udisk_audit", report);
    registerAudit(registry, "udisk_reconciler", report); // the names of before, for one release
    registerBills(registry, () -> report.get().flatMap(PeriodicAudit.Report::endangered));
    registerHosts(registry, hosts);
    registerEvents(registry, events);
  }

  private static void registerHosts(
      PrometheusRegistry registry, Supplier<Optional<StoppedHosts.Report>> hosts) {
    GaugeWithCallback.builder()
        .name("udisk_dead_nodes")
        .help(
            "Nodes whose kubelets are silent, those that are marked as out of service for it, and those"
                + " that are held back; NaN while that is not known.")
        .labelNames("state")
        .callback(callback -> {
          StoppedHosts.Report report = hosts.get().orElse(StoppedHosts.Report.UNKNOWN);
          callback.call(report.silent(), "silent");
          callback.call(report.marked(), "out_of_service");
          callback.call(report.heldBack(), "held_back");
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("udisk_dead_node_changes")
        .help("Nodes marked as out of service because their hosts were off, and marks taken away.")
        .labelNames("change")
        .callback(callback -> {
          StoppedHosts.Report report = hosts.get().orElse(StoppedHosts.Report.UNKNOWN);
          callback.call((double) report.recovered(), "marked");
          callback.call((double) report.returned(), "returned");
        })
        .register(registry);
  }

  private static void registerAudit(
      PrometheusRegistry registry, String prefix, Supplier<Optional<PeriodicAudit.Report>> report) {
    GaugeWithCallback.builder()
        .name(prefix + "_findings")
        .help("Inconsistencies found by the last audit; NaN while that is not known.")
        .labelNames("kind")
        .callback(callback -> {
          Optional<Findings> found = report.get().flatMap(PeriodicAudit.Report::findings);
          callback.call(size(found, Findings::leaked), "leaked_disk");
          callback.call(size(found, Findings::dangling), "dangling_attachment");
          callback.call(size(found, Findings::duplicateNames), "duplicate_name");
          callback.call(
              size(
                  report.get().flatMap(PeriodicAudit.Report::leakedSnapshots), Function.identity()),
              "leaked_snapshot");
          callback.call(
              size(report.get().flatMap(PeriodicAudit.Report::interims), Function.identity()),
              "clone_snapshot");
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name(prefix + "_last_round_timestamp_seconds")
        .help("When disks were last compared with the cluster; NaN if they were not yet.")
        .callback(callback ->
            callback.call(
                report
                    .get()
                    .flatMap(PeriodicAudit.Report::lastDone)
                    .map(moment -> (double) moment.getEpochSecond())
                    .orElse(Double.NaN)))
        .register(registry);
    CounterWithCallback.builder()
        .name(prefix + "_rounds")
        .help("Comparisons of disks with the cluster: done, or doubtful and without conclusion.")
        .labelNames("outcome")
        .callback(callback -> {
          callback.call(report.get().map(PeriodicAudit.Report::done).orElse(0L), "done");
          callback.call(report.get().map(PeriodicAudit.Report::doubtful).orElse(0L), "doubtful");
        })
        .register(registry);
  }

  private static void registerBills(
      PrometheusRegistry registry, Supplier<Optional<Endangered>> endangered) {
    GaugeWithCallback.builder()
        .name("udisk_endangered_disks")
        .help(
            "Disks of this cluster that are paid for no longer than so, unpaid, or encrypted with a"
                + " key that cannot be used; NaN while that is not known.")
        .labelNames("kind")
        .callback(callback -> {
          Optional<Endangered> found = endangered.get();
          for (int days : List.of(14, 7, 3, 1)) {
            callback.call(
                found.map(disks -> (double) disks.within(days)).orElse(Double.NaN),
                "paid_for_%d_days".formatted(days));
          }
          callback.call(size(found, Endangered::expired), "unpaid");
          callback.call(size(found, Endangered::locked), "key_unusable");
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("udisk_disk_paid_days_min")
        .help(
            "Whole days for which the disk that ends first is still paid; NaN if none ends within 14.")
        .callback(callback ->
            callback.call(
                endangered.get().stream()
                    .flatMap(found -> found.expiring().stream())
                    .findFirst()
                    .map(first -> (double) first.daysLeft())
                    .orElse(Double.NaN)))
        .register(registry);
  }

  private static void registerEvents(PrometheusRegistry registry, Supplier<EventCounts> events) {
    CounterWithCallback.builder()
        .name("udisk_events")
        .help("Kubernetes events: written, failed to be written, dropped because of too many.")
        .labelNames("outcome")
        .callback(callback -> {
          EventCounts counts = events.get();
          callback.call((double) counts.written(), "written");
          callback.call((double) counts.failed(), "failed");
          callback.call((double) counts.dropped(), "dropped");
        })
        .register(registry);
  }

  private static <T> double size(Optional<T> found, Function<T, List<?>> kind) {
    return found.map(findings -> (double) kind.apply(findings).size()).orElse(Double.NaN);
  }
}
