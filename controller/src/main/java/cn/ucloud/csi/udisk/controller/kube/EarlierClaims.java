package cn.ucloud.csi.udisk.controller.kube;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims that waited for a volume when this process had begun to act: a process before it may
 * have ordered their disks. Listed, because no two machines' clocks are compared.
 */
final class EarlierClaims implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierClaims.class);

  private final KubernetesClient client;
  private final Duration pause;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Set<String> uids;

  /**
   * @param pause before a reading that failed is repeated
   */
  EarlierClaims(KubernetesClient client, Duration pause) {
    this.client = client;
    this.pause = pause;
  }

  /** Begins to read them; to be called when no other process can act any more. */
  EarlierClaims start() {
    Thread.ofVirtual().name("earlier claims").start(this::readUntilKnown);
    return this;
  }

  /** Until then every claim may be one of them. */
  boolean areKnown() {
    return uids != null;
  }

  boolean contains(String uid) {
    Set<String> known = uids;
    return known == null || known.contains(uid);
  }

  private void readUntilKnown() {
    try {
      do {
        Optional<Set<String>> read = read();
        if (read.isPresent()) {
          uids = read.get();
          return;
        }
      } while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Set<String>> read() {
    try {
      Set<String> found = new HashSet<>();
      Pages.forEach(
          options -> client.persistentVolumeClaims().inAnyNamespace().list(options),
          claim -> {
            if (isWaiting(claim)) {
              found.add(claim.getMetadata().getUid());
            }
          });
      return Optional.of(found);
    } catch (KubernetesClientException e) {
      LOG.warn("cannot list the claims, trying again: {}", e.toString());
      return Optional.empty();
    }
  }

  private static boolean isWaiting(PersistentVolumeClaim claim) {
    return claim.getSpec() == null
        || claim.getSpec().getVolumeName() == null
        || claim.getSpec().getVolumeName().isEmpty();
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
