package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims that waited for a volume when this process had begun to act, and the VolumeSnapshots
 * that were not ready: a process before it may have ordered their disks and snapshots. Listed,
 * because no two machines' clocks are compared.
 */
public final class EarlierRequests implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierRequests.class);

  private final KubernetesClient client;
  private final SnapshotContents contents;
  private final Duration pause;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Set<String> claims;
  private volatile @Nullable Set<String> snapshots;

  /**
   * @param pause before a reading that failed is repeated
   */
  public EarlierRequests(KubernetesClient client, Duration pause) {
    this.client = client;
    this.contents = new SnapshotContents(client);
    this.pause = pause;
  }

  /** Begins to read them; to be called when no other process can act any more. */
  public EarlierRequests start() {
    Thread.ofVirtual().name("earlier requests").start(this::readUntilKnown);
    return this;
  }

  /** Until then every claim may be one of them. */
  boolean areClaimsKnown() {
    return claims != null;
  }

  boolean mayHaveClaim(String uid) {
    Set<String> known = claims;
    return known == null || known.contains(uid);
  }

  /** True also until they are known, and where this cluster's are not shown. */
  boolean mayHaveSnapshot(String uid) {
    Set<String> known = snapshots;
    return known == null || known.contains(uid);
  }

  private void readUntilKnown() {
    try {
      do {
        if (read()) {
          return;
        }
      } while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean read() {
    try {
      if (claims == null) {
        claims = readClaims();
      }
      if (contents.exist()) {
        snapshots = contents.uidsOfUnready();
      }
      return true;
    } catch (KubernetesClientException | Unavailable e) {
      LOG.warn("cannot list the claims and snapshots, trying again: {}", e.toString());
      return false;
    }
  }

  private Set<String> readClaims() {
    Set<String> found = new HashSet<>();
    Pages.forEach(
        options -> client.persistentVolumeClaims().inAnyNamespace().list(options),
        claim -> {
          if (isWaiting(claim)) {
            found.add(claim.getMetadata().getUid());
          }
        });
    return found;
  }

  static boolean isWaiting(PersistentVolumeClaim claim) {
    return claim.getSpec() == null
        || claim.getSpec().getVolumeName() == null
        || claim.getSpec().getVolumeName().isEmpty();
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
