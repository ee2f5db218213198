package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.identity.Readiness;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as one of its cluster: it stands by until it holds the lease, and acts then. */
public final class Cluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  private final ClusterConfig config;
  private final ActingTerm term;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private Cluster(ClusterConfig config) {
    this.config = config;
    this.term = new ActingTerm(config.lease().renewDeadline(), System::nanoTime);
  }

  /** Nothing is asked of the cluster before {@link #join}. */
  public static Cluster of(ClusterConfig config) {
    return new Cluster(config);
  }

  /** Refuses until this process acts, and from the moment on at which it must not any more. */
  public Permission permission() {
    return term;
  }

  /**
   * Begins to ask for the lease; returns at once.
   *
   * @param whenActing run when this process has been chosen, before it may change anything
   * @param halt ends the process at once, for the reason given; called when the lease is lost
   * @throws cn.ucloud.csi.udisk.common.error.CannotStart if it is not known where the cluster is
   */
  public Cluster join(Readiness readiness, Runnable whenActing, Consumer<String> halt) {
    KubernetesClient client =
        own(Clients.connect(config.kubeconfig(), config.lease().requestTimeout()));
    String self = config.identity() + "_" + UUID.randomUUID();
    LOG.info("standing by as {}", self);
    LeaseElection election =
        new LeaseElection(
            new KubernetesLease(client, Clock.systemUTC()),
            self,
            config.lease().duration(),
            System::nanoTime,
            Clock.systemUTC());
    LeaseKeeper.Standing standing =
        new LeaseKeeper.Standing() {
          @Override
          public void standingBy(String why) {
            readiness.notReady(why);
          }

          @Override
          public void acting() {
            LOG.info("acting as {}", self);
            whenActing.run();
            readiness.ready();
          }

          @Override
          public void lost(String why) {
            halt.accept(why);
          }
        };
    own(new LeaseKeeper(election, config.lease(), term, standing, System::nanoTime)).start();
    return this;
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /** Hands over: the last thing a process does. */
  @Override
  public void close() {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("cannot close {}", part.getClass().getSimpleName(), e);
      }
    }
  }
}
