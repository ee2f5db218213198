package cn.ucloud.csi.udisk.controller.kube.lease;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * The lease as a Lease object; its resourceVersion keeps two writers apart. A version is that and
 * the UID: Kubernetes makes a Lease also of a PUT, so without the UID a write that is late would
 * bring back a lease that was deleted meanwhile.
 */
public final class KubernetesLease implements LeaseStore {
  /** Fixed, so that also two installations in two namespaces have one lease between them. */
  public static final String NAMESPACE = "kube-system";

  public static final String NAME = "udisk-csi-ucloud-cn-controller";

  private static final String SEPARATOR = "/";

  private final KubernetesClient client;
  private final Clock clock;

  public KubernetesLease(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Optional<LeaseState> read() {
    return Optional.ofNullable(client.leases().inNamespace(NAMESPACE).withName(NAME).get())
        .map(KubernetesLease::state);
  }

  @Override
  public boolean create(LeaseState state) {
    return succeeds(() -> client.resource(lease(state, "")).inNamespace(NAMESPACE).create());
  }

  @Override
  public boolean replace(LeaseState state) {
    return succeeds(
        () -> client.resource(lease(state, state.version())).inNamespace(NAMESPACE).update());
  }

  private interface Write {
    Lease send();
  }

  private static boolean succeeds(Write write) {
    try {
      return write.send() != null;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private Lease lease(LeaseState state, String version) {
    int end = Math.max(0, version.indexOf(SEPARATOR));
    String uid = version.substring(0, end);
    String resourceVersion = version.isEmpty() ? "" : version.substring(end + 1);
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName(NAME)
        .withUid(uid.isEmpty() ? null : uid)
        .withResourceVersion(resourceVersion.isEmpty() ? null : resourceVersion)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(state.holder())
        .withLeaseDurationSeconds((int) state.duration().toSeconds())
        .withAcquireTime(state.acquired().atZone(ZoneOffset.UTC))
        .withRenewTime(clock.instant().atZone(ZoneOffset.UTC))
        .withLeaseTransitions(state.transitions())
        .endSpec()
        .build();
  }

  private static LeaseState state(Lease lease) {
    LeaseSpec spec = Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
    return new LeaseState(
        Objects.requireNonNullElse(lease.getMetadata().getUid(), "")
            + SEPARATOR
            + lease.getMetadata().getResourceVersion(),
        Objects.requireNonNullElse(spec.getHolderIdentity(), ""),
        Duration.ofSeconds(Objects.requireNonNullElse(spec.getLeaseDurationSeconds(), 0)),
        Optional.ofNullable(spec.getAcquireTime())
            .map(ZonedDateTime::toInstant)
            .orElse(Instant.EPOCH),
        Objects.requireNonNullElse(spec.getLeaseTransitions(), 0));
  }
}
