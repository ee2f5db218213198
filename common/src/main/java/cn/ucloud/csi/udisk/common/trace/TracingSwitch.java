package cn.ucloud.csi.udisk.common.trace;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces are on where OpenTelemetry's variables say where to. */
public final class TracingSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(TracingSwitch.class);

  /** Those that {@code deploy/image/udisk-csi} looks at, too. */
  private static final List<String> ENDPOINTS =
      List.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT");

  private TracingSwitch() {}

  /**
   * Opens what is asked for. A process whose traces cannot be sent works all the same, and says so.
   */
  public static Tracing open(String service, String version, Map<String, String> environment) {
    if (ENDPOINTS.stream().allMatch(name -> environment.getOrDefault(name, "").isBlank())) {
      return Tracing.OFF;
    }
    try {
      Optional<TracingProvider> provider = ServiceLoader.load(TracingProvider.class).findFirst();
      if (provider.isEmpty()) {
        LOG.warn("traces are off: the class path has nothing that sends them");
        return Tracing.OFF;
      }
      return provider.get().open(service, version, environment);
    } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
      LOG.warn("traces are off: {}", e.getMessage());
      return Tracing.OFF;
    }
  }
}
