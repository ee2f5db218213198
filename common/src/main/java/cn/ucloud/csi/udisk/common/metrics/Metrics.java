package cn.ucloud.csi.udisk.common.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/** The measurements of one process; each instance has a registry of its own. */
public final class Metrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram csiOperations =
      Histogram.builder()
          .name("csi_operations_seconds")
          .help("How long CSI calls took, by method and gRPC code.")
          .labelNames("method", "code")
          // From a look into memory to the longest wait for a cloud operation.
          .classicOnly()
          .classicUpperBounds(0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 600)
          .register(registry);

  /** Which version this is, as a label of a constant. */
  public void version(String version) {
    Info.builder()
        .name("udisk_build_info")
        .help("The version of this process.")
        .labelNames("version")
        .register(registry)
        .setLabelValues(version);
  }

  /** Where other instruments are registered, and what {@code /metrics} prints. */
  public PrometheusRegistry registry() {
    return registry;
  }

  /** Counts one CSI call. */
  public void csiCall(String method, String code, Duration took) {
    csiOperations.labelValues(method, code).observe(took.toNanos() / 1e9);
  }
}
