package cn.ucloud.csi.udisk.common.metrics;

import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.OperationObserver;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How many operations there are, how long they took, and where that time went. */
public final class OperationMetrics implements OperationObserver {
  private final Histogram operations;
  private final Gauge inFlight;
  private final Counter joined;
  private final Counter parts;

  /**
   * @param kinds of operations that this process has; each is shown from the start, as 0
   * @param measured what an operation of this process can wait for
   */
  public OperationMetrics(
      PrometheusRegistry registry, Set<OperationKind> kinds, Set<TimeSpent.Part> measured) {
    this.operations =
        Histogram.builder()
            .name("udisk_operation_seconds")
            .help("How long operations took, by kind, whatever came of them.")
            .labelNames("kind")
            .classicOnly()
            .classicUpperBounds(0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
            .register(registry);
    this.inFlight =
        Gauge.builder()
            .name("udisk_operations_in_flight")
            .help("Operations that are under way, by kind.")
            .labelNames("kind")
            .register(registry);
    this.joined =
        Counter.builder()
            .name("udisk_operations_joined")
            .help("Calls that joined an operation which was under way, by kind.")
            .labelNames("kind")
            .register(registry);
    this.parts =
        Counter.builder()
            .name("udisk_operation_part_seconds")
            .help(
                "Where the time of operations went: queue (another disk of the host), pace (the"
                    + " permitted rate), cloud (its answers), wait (the effect of a request), program"
                    + " (mkfs, e2fsck and such), disk (its own reading of it), mount.")
            .labelNames("kind", "part")
            .register(registry);
    for (OperationKind kind : kinds) {
      operations.initLabelValues(kind.toString());
      inFlight.initLabelValues(kind.toString());
      joined.initLabelValues(kind.toString());
      measured.forEach(part -> parts.initLabelValues(kind.toString(), name(part)));
    }
  }

  @Override
  public void started(OperationKind kind) {
    inFlight.labelValues(kind.toString()).inc();
  }

  @Override
  public void joined(OperationKind kind) {
    joined.labelValues(kind.toString()).inc();
  }

  @Override
  public void ended(OperationKind kind, Duration total, Map<TimeSpent.Part, Duration> spent) {
    inFlight.labelValues(kind.toString()).dec();
    operations.labelValues(kind.toString()).observe(total.toNanos() / 1e9);
    spent.forEach(
        (part, time) -> parts.labelValues(kind.toString(), name(part)).inc(time.toNanos() / 1e9));
  }

  private static String name(TimeSpent.Part part) {
    return part.name().toLowerCase(Locale.ROOT);
  }
}
