package cn.ucloud.csi.udisk.tracing;

import cn.ucloud.csi.udisk.common.trace.Tracing;
import cn.ucloud.csi.udisk.common.trace.TracingProvider;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OpenTelemetry as its own variables say, for traces alone. */
public final class OpenTelemetryProvider implements TracingProvider {
  private static final Logger LOG = LoggerFactory.getLogger("traces");

  /** What its variables may say otherwise. A span takes about 1 kB, and a node has 32 MB. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.bsp.max.queue.size", "1024",
          "otel.bsp.max.export.batch.size", "256");

  /** The driver's metrics and log have ways of their own. */
  private static final Map<String, String> FIXED =
      Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none");

  @Override
  public Tracing open(String service, String version, Map<String, String> environment) {
    Map<String, String> settings = settings(service, environment);
    String collector = collector(settings);
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook() // it would end before the last calls
            .addPropertiesCustomizer(_ -> settings)
            .addResourceCustomizer((resource, _) ->
                resource.merge(Resource.builder().put("service.version", version).build()))
            .addSpanExporterCustomizer(
                (exporter, _) -> new WatchedExporter(exporter, collector, System::nanoTime))
            .build()
            .getOpenTelemetrySdk();
    LOG.info("traces go to {}", collector);
    return new OpenTelemetryTracing(sdk);
  }

  private static Map<String, String> settings(String service, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.put("otel.service.name", service);
    environment.forEach((name, value) -> {
      if (name.startsWith("OTEL_") && !value.isBlank()) {
        settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
      }
    });
    settings.putAll(FIXED);
    return settings;
  }

  /** Without what may be a secret in it. */
  private static String collector(Map<String, String> settings) {
    String endpoint =
        Objects.requireNonNullElse(
            settings.get("otel.exporter.otlp.traces.endpoint"),
            settings.getOrDefault("otel.exporter.otlp.endpoint", ""));
    URI uri = URI.create(endpoint);
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port;
  }
}
