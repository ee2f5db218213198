package cn.ucloud.csi.udisk.it;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Kubelets of which one sees only that they renew the leases of their nodes. */
final class Kubelets implements AutoCloseable {
  private final KubeApi api;
  private final Set<String> alive = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  Kubelets(KubeApi api) {
    this.api = api;
    var _ = clock.scheduleWithFixedDelay(() -> alive.forEach(this::beat), 1, 1, TimeUnit.SECONDS);
  }

  /** The kubelet of this node renews its lease from now on. */
  void start(String node) {
    beat(node);
    alive.add(node);
  }

  void stop(String node) {
    alive.remove(node);
  }

  private void beat(String node) {
    HasMetadata lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withNamespace("kube-node-lease")
            .withName(node)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity(node)
            .withRenewTime(Instant.now().atZone(ZoneOffset.UTC))
            .endSpec()
            .build();
    var _ = api.client().resource(lease).createOr(NonDeletingOperation::update);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
