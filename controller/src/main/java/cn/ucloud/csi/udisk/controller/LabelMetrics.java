package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.controller.label.LabelUpkeep.Report;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Supplier;

/** Whether disks and snapshots are labelled as they are to be. */
final class LabelMetrics {
  private LabelMetrics() {}

  static void register(PrometheusRegistry registry, Supplier<Report> report) {
    GaugeWithCallback.builder()
        .name("udisk_labels_lacking")
        .help(
            "Disks and snapshots that do not have all labels that they are to have; NaN while that is"
                + " not known.")
        .labelNames("kind")
        .callback(callback -> {
          Report now = report.get();
          callback.call(now.isKnown() ? (double) now.disks() : Double.NaN, "disk");
          callback.call(now.isKnown() ? (double) now.snapshots() : Double.NaN, "snapshot");
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("udisk_label_tries")
        .help(
            "Disks and snapshots labelled: done, or failed and to be tried again after the next look.")
        .labelNames("outcome")
        .callback(callback -> {
          callback.call((double) report.get().settled(), "done");
          callback.call((double) report.get().failed(), "failed");
        })
        .register(registry);
  }
}
