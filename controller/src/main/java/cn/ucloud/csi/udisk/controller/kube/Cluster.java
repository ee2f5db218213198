package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.identity.Readiness;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords;
import cn.ucloud.csi.udisk.controller.volume.ClusterView;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as one of its cluster: it stands by until it holds the lease, and acts then. */
public final class Cluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /** For one request that has nothing to do with the lease. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration CHORE_PAUSE = Duration.ofSeconds(5);

  private final ClusterConfig config;
  private final ActingTerm term;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final KubernetesClient client;
  private final Watched<Node> nodes;
  private final Watched<CSINode> csiNodes;
  private final Watched<PersistentVolume> volumes;
  private final Watched<VolumeAttachment> attachments;
  private final EarlierClaims earlierClaims;
  private final ClusterNotices notices;

  private Cluster(ClusterConfig config) {
    this.config = config;
    this.term = new ActingTerm(config.lease().renewDeadline(), System::nanoTime);
    this.client = own(Clients.connect(config.kubeconfig(), TIMEOUT));
    this.nodes = own(new Watched<>("nodes", client.nodes()));
    this.csiNodes = own(new Watched<>("CSINodes", client.storage().v1().csiNodes()));
    this.volumes = own(new Watched<>("persistent volumes", client.persistentVolumes()));
    this.attachments =
        own(new Watched<>("VolumeAttachments", client.storage().v1().volumeAttachments()));
    this.earlierClaims = own(new EarlierClaims(client, CHORE_PAUSE));
    this.notices =
        own(
            new ClusterNotices(
                client,
                volumes,
                term,
                new EventLog(client, config.identity(), InstantSource.system())));
  }

  /**
   * Nothing is asked of the cluster before {@link #join}.
   *
   * @throws cn.ucloud.csi.udisk.common.error.CannotStart if it is not known where the cluster is
   */
  public static Cluster of(ClusterConfig config) {
    return new Cluster(config);
  }

  /** Refuses until this process acts, and from the moment on at which it must not any more. */
  public Permission permission() {
    return term;
  }

  /** What it knows of its nodes and volumes, once this process acts. */
  public ClusterView view() {
    ClusterNodes known = new ClusterNodes(client, nodes, earlierClaims);
    return new ClusterView(
        known,
        known,
        new ClusterCustody(client, config.replacesUnusableDisks()),
        new ClusterPublications(nodes, csiNodes, volumes, attachments),
        notices);
  }

  /** What it has on record about disks, once this process acts. */
  public ClusterRecords records() {
    return new WatchedRecords(
        client, nodes, csiNodes, volumes, attachments, new SnapshotContents(client));
  }

  /** What became of the events that were to be written. */
  public EventCounts eventCounts() {
    return notices.counts();
  }

  /**
   * Begins to ask for the lease; returns at once.
   *
   * @param topologies where a disk is; empty if there is no such disk
   * @param whenActing run when this process has been chosen, before it may change anything
   * @param halt ends the process at once, for the reason given; called when the lease is lost
   */
  public Cluster join(
      Readiness readiness,
      Function<VolumeId, Optional<Topology>> topologies,
      Runnable whenActing,
      Consumer<String> halt) {
    Chores chores = own(new Chores(term, CHORE_PAUSE));
    StartupTaint.watch(client, nodes, csiNodes, chores);
    StaticVolumes.watch(client, volumes, topologies, chores);
    // With connections of its own, so that nothing else can make a renewal wait.
    KubernetesClient leaseClient =
        own(Clients.connect(config.kubeconfig(), config.lease().requestTimeout()));
    String self = config.identity() + "_" + UUID.randomUUID();
    LOG.info("standing by as {}", self);
    LeaseElection election =
        new LeaseElection(
            new KubernetesLease(leaseClient, Clock.systemUTC()),
            self,
            config.lease().duration(),
            System::nanoTime,
            Clock.systemUTC());
    LeaseKeeper.Standing standing =
        new LeaseKeeper.Standing() {
          @Override
          public void standingBy(String why) {
            readiness.standingBy(why);
          }

          @Override
          public void acting() {
            LOG.info("acting as {}", self);
            whenActing.run();
            List.of(nodes, csiNodes, volumes, attachments).forEach(Watched::start);
            earlierClaims.start();
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
