package cn.ucloud.csi.udisk.controller.kube.lease;

import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real one, before an API server that makes a Lease also of a PUT. */
class KubernetesLeaseTest extends LeaseStoreContract {
  private final FakeApiServer api = new FakeApiServer();
  private KubernetesClient client;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Override
  LeaseStore store() {
    return new KubernetesLease(client, Clock.systemUTC());
  }

  @Override
  void delete() {
    var _ =
        api.client()
            .leases()
            .inNamespace(KubernetesLease.NAMESPACE)
            .withName(KubernetesLease.NAME)
            .delete();
  }
}
