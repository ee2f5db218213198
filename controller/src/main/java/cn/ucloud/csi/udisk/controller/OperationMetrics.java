package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.Kind;
import cn.ucloud.csi.udisk.common.concurrent.OperationObserver;
import cn.ucloud.csi.udisk.common.concurrent.Spent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** How long operations took, and where that time went. */
final class OperationMetrics implements OperationObserver {
  private final Histogram operations;
  private final Counter parts;

  OperationMetrics(PrometheusRegistry registry) {
    this.operations =
        Histogram.builder()
            .name("udisk_operation_seconds")
            .help("How long operations took, by kind, whatever came of them.")
            .labelNames("kind")
            .classicOnly()
            .classicUpperBounds(0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
            .register(registry);
    this.parts =
        Counter.builder()
            .name("udisk_operation_part_seconds")
            .help(
                "Where that time went: queue (another disk of the host), pace (the permitted rate),"
                    + " cloud (its answers), wait (the effect of an order).")
            .labelNames("kind", "part")
            .register(registry);
  }

  @Override
  public void ended(Kind kind, Duration total, Map<Spent.Part, Duration> spent) {
    operations.labelValues(kind.toString()).observe(total.toNanos() / 1e9);
    spent.forEach((part, time) ->
        parts
            .labelValues(kind.toString(), part.name().toLowerCase(Locale.ROOT))
            .inc(time.toNanos() / 1e9));
  }
}
