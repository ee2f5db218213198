package cn.ucloud.csi.udisk.admin;

import cn.ucloud.csi.udisk.admin.adapter.ContainerKeys;
import cn.ucloud.csi.udisk.admin.adapter.KubernetesApi;
import cn.ucloud.csi.udisk.admin.adapter.UCloudApi;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.port.KeyRing;
import cn.ucloud.csi.udisk.admin.read.FactsReader;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.config.FlagParser;
import cn.ucloud.csi.udisk.common.config.Parsed;
import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import cn.ucloud.csi.udisk.common.ucloud.flags.CloudAccess;
import cn.ucloud.csi.udisk.common.ucloud.flags.CloudOptions;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The real API server and the real cloud, by the variables of the container that this program is
 * started in: the same that the controller reads.
 */
final class Connections {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Map<String, String> environment;
  private final CloudApi.Progress progress;

  Connections(Map<String, String> environment, CloudApi.Progress progress) {
    this.environment = Map.copyOf(environment);
    this.progress = progress;
  }

  /**
   * Connects; nothing is sent yet.
   *
   * @throws CannotStart if a variable is missing or wrong, or there is no way to the API server
   */
  FactsReader reader() {
    CloudAccess access = access();
    InstantSource clock = InstantSource.system();
    return new FactsReader(
        new KubernetesApi(
            KubernetesClients.connect(
                Optional.ofNullable(environment.get("KUBECONFIG")).map(Path::of), TIMEOUT),
            clock),
        cloud(access, access.credentials()),
        access.config().region(),
        access.clusterId(),
        clock,
        progress);
  }

  /**
   * The keys of this container; nothing is sent yet.
   *
   * @throws CannotStart if a variable is missing or wrong
   */
  KeyRing keys() {
    CloudAccess access = access();
    return new ContainerKeys(access.credentials(), source -> cloud(access, source));
  }

  private static CloudApi cloud(CloudAccess access, CredentialsSource keys) {
    return new UCloudApi(
        new UCloudClient(
            access.config(),
            keys,
            new ApiRateLimits(TimeSource.real()),
            (_, _, _) -> {},
            readsOnly()),
        TimeSource.real());
  }

  /** What is asked before anything is changed; nothing ever may be. */
  private static Permission readsOnly() {
    return new Permission() {
      @Override
      public void require() {
        throw new Unavailable("this program only reads");
      }

      @Override
      public Pass enter() {
        throw new Unavailable("this program only reads");
      }
    };
  }

  private CloudAccess access() {
    CloudOptions options = new CloudOptions(environment);
    return switch (new FlagParser("udisk-csi admin", BuildVersion.read(), environment)
        .parse(options)) {
      case Parsed.Ready<CloudAccess>(var access, _) -> access;
      case Parsed.Told<CloudAccess> told -> throw new CannotStart(told.text());
      case Parsed.Refused<CloudAccess> refused ->
          throw new CannotStart(String.join("\n", refused.problems()));
    };
  }
}
