package cn.ucloud.csi.udisk.common.ucloud.flags;

import cn.ucloud.csi.udisk.common.config.Options;
import cn.ucloud.csi.udisk.common.config.Rule;
import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import cn.ucloud.csi.udisk.common.ucloud.credentials.EnvironmentCredentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.FileCredentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.MetadataCredentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.StsEndpoint;
import cn.ucloud.csi.udisk.common.ucloud.http.CaBundle;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The flags about the cloud, to be mixed into each process's own. Their variables are the keys of
 * the ConfigMap {@code uk8sconfig}, so that it can be given as it is.
 */
public final class CloudOptions implements Options<CloudAccess> {
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
  private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern CLUSTER_ID = Pattern.compile("[A-Za-z0-9-]{1,30}");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final Map<String, String> environment;

  @Mixin private final ProxyOptions proxy = new ProxyOptions();

  @Option(
      names = "--ucloud-api-endpoint",
      paramLabel = "<url>",
      defaultValue = "http://api.service.ucloud.cn",
      description = "The UCloud API. Default: ${DEFAULT-VALUE}, inside a VPC.")
  private URI endpoint;

  @Option(
      names = "--ucloud-region-id",
      paramLabel = "<region>",
      required = true,
      description = "The region of the cluster, such as cn-bj2.")
  private String region;

  @Option(
      names = "--ucloud-project-id",
      paramLabel = "<project>",
      description = "The project of the cluster, such as org-abc123; sub-accounts need it.")
  private @Nullable String project;

  @Option(
      names = "--ucloud-uk8s-cluster-id",
      paramLabel = "<cluster>",
      required = true,
      description = "The cluster's id, such as uk8s-abc123; part of every disk's name.")
  private String clusterId;

  @Option(
      names = "--credentials-dir",
      paramLabel = "<directory>",
      description =
          "Where a Secret with the files public-key and private-key is mounted. Without it the keys"
              + " are UCLOUD_API_PUBKEY and UCLOUD_API_PRIKEY of the environment; without those they"
              + " are temporary ones of the metadata server.")
  private @Nullable Path credentialsDir;

  @Option(
      names = "--metadata-url",
      paramLabel = "<url>",
      defaultValue = "http://100.80.80.80",
      description = "The metadata server, for temporary keys. Default: ${DEFAULT-VALUE}.")
  private URI metadata;

  @Option(
      names = "--ucloud-ca-bundle",
      paramLabel = "<file>",
      converter = CaBundleReader.class,
      description =
          "Certificates, in PEM, of authorities that the UCloud API or a proxy that opens TLS is"
              + " signed by, besides those that the JVM trusts. Read at start.")
  private @Nullable CaBundle caBundle;

  @Option(
      names = "--api-timeout",
      paramLabel = "<duration>",
      defaultValue = "30s",
      description = "How long one request may take. Default: ${DEFAULT-VALUE}.")
  private Duration apiTimeout;

  /** The keys are those of this environment, unless a flag or the lack of them says otherwise. */
  public CloudOptions(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Map<String, List<String>> aliases() {
    return proxy.aliases();
  }

  @Override
  public List<Rule> rules() {
    return List.of(
        Rule.on(
            "--ucloud-api-endpoint",
            "must be a URL such as http://api.service.ucloud.cn",
            () -> "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())),
        Rule.on(
            "--ucloud-region-id",
            "must be a region such as cn-bj2: small letters, digits and '-'",
            () -> REGION.matcher(region).matches()),
        Rule.on(
            "--ucloud-project-id",
            "must be a project such as org-abc123: letters, digits, '-' and '_'",
            () -> project == null || project.isEmpty() || PROJECT.matcher(project).matches()),
        Rule.on(
            "--ucloud-uk8s-cluster-id",
            "must be 1 to 30 letters, digits or '-'",
            () -> CLUSTER_ID.matcher(clusterId).matches()),
        Rule.on(
            "--api-timeout",
            "must be at least 1s",
            () -> apiTimeout.compareTo(Duration.ofSeconds(1)) >= 0),
        Rule.on(
            "--metadata-url",
            "must be a URL such as http://100.80.80.80",
            () -> "http".equals(metadata.getScheme()) && metadata.getHost() != null));
  }

  @Override
  public CloudAccess toConfig() {
    UCloudConfig cloud =
        new UCloudConfig(
            endpoint,
            region,
            Optional.ofNullable(project).filter(id -> !id.isBlank()),
            CONNECT_TIMEOUT,
            apiTimeout,
            proxy.toProxies(),
            Optional.ofNullable(caBundle));
    return new CloudAccess(cloud, credentials(), clusterId);
  }

  /** For picocli, which makes one of it by itself. */
  static final class CaBundleReader implements ITypeConverter<CaBundle> {
    @Override
    public CaBundle convert(String file) {
      return CaBundle.read(Path.of(file));
    }
  }

  private CredentialsSource credentials() {
    if (credentialsDir != null) {
      return new FileCredentials(credentialsDir);
    }
    Optional<Credentials> ofEnvironment = EnvironmentCredentials.from(environment);
    if (ofEnvironment.isPresent()) {
      return ofEnvironment::get;
    }
    InstantSource clock = InstantSource.system();
    return new MetadataCredentials(new StsEndpoint(metadata, clock), clock);
  }
}
