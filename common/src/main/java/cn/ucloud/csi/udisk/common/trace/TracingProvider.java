package cn.ucloud.csi.udisk.common.trace;

import java.util.Map;

/** Makes spans go to a collector. On the class path only where that is asked for. */
public interface TracingProvider {
  /**
   * Begins to send spans.
   *
   * @param service what the collector calls this process
   * @param environment with OpenTelemetry's variables
   * @throws RuntimeException if the variables make no sense together
   */
  Tracing open(String service, String version, Map<String, String> environment);
}
