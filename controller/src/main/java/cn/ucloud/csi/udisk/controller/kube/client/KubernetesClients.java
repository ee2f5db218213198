package cn.ucloud.csi.udisk.controller.kube.client;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Connections to the API server. */
public final class KubernetesClients {
  private KubernetesClients() {}

  /**
   * Connects lazily: nothing is sent yet.
   *
   * @param timeout for one request, which is not repeated by the client itself
   * @throws CannotStart if there is no kubeconfig to be read, or no service account
   */
  public static KubernetesClient connect(Optional<Path> kubeconfig, Duration timeout) {
    Config config = kubeconfig.map(KubernetesClients::read).orElseGet(KubernetesClients::ofPod);
    int millis = Math.toIntExact(timeout.toMillis());
    config.setRequestTimeout(millis);
    config.setConnectionTimeout(millis);
    config.setRequestRetryBackoffLimit(0);
    // The variables of a proxy are meant for the cloud; the lease must not depend on one.
    config.setHttpProxy(null);
    config.setHttpsProxy(null);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(Json.serialization())
        .build();
  }

  private static Config read(Path kubeconfig) {
    if (!Files.isReadable(kubeconfig)) {
      throw new CannotStart("cannot read the kubeconfig " + kubeconfig);
    }
    try {
      return Config.fromKubeconfig(kubeconfig.toFile());
    } catch (KubernetesClientException e) {
      throw new CannotStart("cannot use the kubeconfig " + kubeconfig + ": " + e.getMessage(), e);
    }
  }

  private static Config ofPod() {
    Path token = Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH);
    if (!Files.isReadable(token)) {
      throw new CannotStart(
          "there is no service account at %s; give --kubeconfig, or --leader-election=false where"
                  .formatted(token)
              + " there is no cluster");
    }
    return Config.autoConfigure(null);
  }
}
