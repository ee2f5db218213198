package cn.ucloud.csi.udisk.common.config;

import cn.ucloud.csi.udisk.common.grpc.socket.CsiEndpoint;
import cn.ucloud.csi.udisk.common.log.LogFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Option;

/** The flags of {@link CommonConfig}, to be mixed into each process's own. */
public final class CommonOptions implements Options<CommonConfig> {
  @Option(
      names = "--csi-endpoint",
      paramLabel = "<socket>",
      required = true,
      description = "The unix socket to serve, such as unix:///csi/csi.sock.")
  private CsiEndpoint endpoint;

  // 9808 is what the livenessprobe sidecar takes by default, also on the host's network.
  @Option(
      names = "--http-listen",
      paramLabel = "<host:port>",
      defaultValue = ":9809",
      description =
          "Where /metrics, /healthz and /readyz are served, or off. Default: ${DEFAULT-VALUE}.")
  private HttpListen http;

  @Option(
      names = "--health-dir",
      paramLabel = "<directory>",
      description =
          "Where this process writes every 10 s whether it is alive and ready, for probes that"
              + " depend on no port.")
  private @Nullable Path healthDir;

  @Option(
      names = "--log-format",
      paramLabel = "<format>",
      defaultValue = "text",
      description = "text or json. Default: ${DEFAULT-VALUE}.")
  private LogFormat logFormat;

  @Option(
      names = "--log-level",
      paramLabel = "<level>",
      defaultValue = "info",
      description = "error, warn, info, debug or trace. Default: ${DEFAULT-VALUE}.")
  private Level logLevel;

  @Override
  public List<Rule> rules() {
    return List.of();
  }

  @Override
  public CommonConfig toConfig() {
    return new CommonConfig(endpoint, http, Optional.ofNullable(healthDir), logFormat, logLevel);
  }
}
