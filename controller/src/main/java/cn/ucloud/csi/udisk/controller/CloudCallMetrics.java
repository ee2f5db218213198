package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.CallObserver;
import cn.ucloud.csi.udisk.common.ucloud.rate.RateLimiter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** How long requests to the UCloud API took, and what came of them. */
final class CloudCallMetrics implements CallObserver {
  /** UCloud may answer any number, and every one of them would be kept for ever. */
  private static final int MOST_OUTCOMES = 50;

  private final Set<String> outcomes = ConcurrentHashMap.newKeySet();
  private final Histogram requests;
  private final Histogram paces;

  CloudCallMetrics(PrometheusRegistry registry, ApiRateLimits pace) {
    this.requests =
        Histogram.builder()
            .name("udisk_api_request_seconds")
            .help("How long UCloud API requests took, by action and RetCode.")
            .labelNames("action", "outcome")
            .classicOnly()
            .classicUpperBounds(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);
    this.paces =
        Histogram.builder()
            .name("udisk_api_pace_seconds")
            .help("How long UCloud API requests waited for the pace before they were sent.")
            .labelNames("action")
            .classicOnly()
            .classicUpperBounds(0.01, 0.05, 0.25, 1, 5, 30, 120)
            .register(registry);
    gauge(
        registry,
        pace,
        "udisk_api_rate",
        "Requests a second that are sent at most.",
        RateLimiter::rate);
    gauge(
        registry,
        pace,
        "udisk_api_waiting",
        "Requests that wait for their turn.",
        lane -> lane.waiting());
    gauge(
        registry,
        pace,
        "udisk_api_throttled",
        "1 while such requests are throttled and only probes are sent.",
        lane -> lane.isClosed() ? 1 : 0);
  }

  @Override
  public void waited(String action, Duration waited) {
    paces.labelValues(action).observe(waited.toNanos() / 1e9);
  }

  private static void gauge(
      PrometheusRegistry registry,
      ApiRateLimits pace,
      String name,
      String help,
      ToDoubleFunction<RateLimiter> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("calls")
        .callback(callback -> {
          callback.call(value.applyAsDouble(pace.reads()), "reads");
          callback.call(value.applyAsDouble(pace.changes()), "changes");
        })
        .register(registry);
  }

  @Override
  public void called(String action, String outcome, Duration took) {
    requests.labelValues(action, bounded(outcome)).observe(took.toNanos() / 1e9);
  }

  private String bounded(String outcome) {
    if (outcomes.contains(outcome)) {
      return outcome;
    }
    return outcomes.size() < MOST_OUTCOMES && outcomes.add(outcome) ? outcome : "other";
  }
}
