package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.ucloud.CallObserver;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/** How long requests to the UCloud API took, and what came of them. */
final class CloudCallMetrics implements CallObserver {
  private final Histogram requests;

  CloudCallMetrics(PrometheusRegistry registry) {
    this.requests =
        Histogram.builder()
            .name("udisk_api_request_seconds")
            .help("How long UCloud API requests took, by action and RetCode.")
            .labelNames("action", "outcome")
            .classicOnly()
            .classicUpperBounds(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);
  }

  @Override
  public void called(String action, String outcome, Duration took) {
    requests.labelValues(action, outcome).observe(took.toNanos() / 1e9);
  }
}
