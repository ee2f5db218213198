package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.identity.Readiness;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.kube.adapter.EarlierMoves;
import cn.ucloud.csi.udisk.controller.kube.adapter.EarlierRequests;
import cn.ucloud.csi.udisk.controller.kube.adapter.EventCounts;
import cn.ucloud.csi.udisk.controller.kube.adapter.EventWriter;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesEventRecorder;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesLabelledVolumes;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesNodeMarks;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesNodes;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesPublishedNodes;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesRecords;
import cn.ucloud.csi.udisk.controller.kube.adapter.SnapshotContents;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.kube.lease.ActingTerm;
import cn.ucloud.csi.udisk.controller.kube.lease.KubernetesLease;
import cn.ucloud.csi.udisk.controller.kube.lease.LeaseElection;
import cn.ucloud.csi.udisk.controller.kube.lease.LeaseKeeper;
import cn.ucloud.csi.udisk.controller.kube.lease.PodProcesses;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.kube.upkeep.RetryingTasks;
import cn.ucloud.csi.udisk.controller.kube.upkeep.StartupTaint;
import cn.ucloud.csi.udisk.controller.kube.upkeep.StaticVolumeAffinity;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as one of its cluster: it stands by until it holds the lease, and acts then. */
public final class KubernetesCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesCluster.class);

  /** For one request that has nothing to do with the lease. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration CHORE_PAUSE = Duration.ofSeconds(5);

  private final ClusterConfig config;
  private final ActingTerm term;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final KubernetesClient client;
  private final Informer<NodeRecord> nodes;
  private final Informer<CsiNodeRecord> csiNodes;
  private final Informer<VolumeRecord> volumes;
  private final Informer<AttachmentRecord> attachments;
  private final EarlierRequests earlierRequests;
  private final EarlierMoves earlierMoves;
  private final KubernetesEventRecorder events;

  private KubernetesCluster(ClusterConfig config) {
    this.config = config;
    this.term = new ActingTerm(config.lease().renewDeadline(), System::nanoTime);
    this.client = own(KubernetesClients.connect(config.kubeconfig(), TIMEOUT));
    this.nodes = own(NodeRecord.watch(client));
    this.csiNodes = own(CsiNodeRecord.watch(client));
    this.volumes = own(VolumeRecord.watch(client));
    this.attachments = own(AttachmentRecord.watch(client));
    this.earlierRequests = own(new EarlierRequests(client, CHORE_PAUSE));
    this.earlierMoves = new EarlierMoves(volumes, attachments);
    this.events =
        own(
            new KubernetesEventRecorder(
                client,
                volumes,
                term,
                new EventWriter(client, config.identity(), InstantSource.system())));
  }

  /**
   * Nothing is asked of the cluster before {@link #join}.
   *
   * @throws cn.ucloud.csi.udisk.common.error.CannotStart if it is not known where the cluster is
   */
  public static KubernetesCluster of(ClusterConfig config) {
    return new KubernetesCluster(config);
  }

  /** Refuses until this process acts, and from the moment on at which it must not any more. */
  public Permission permission() {
    return term;
  }

  /** What it knows of its nodes and volumes, once this process acts. */
  public ClusterView view() {
    KubernetesNodes known = new KubernetesNodes(client, nodes, csiNodes, earlierRequests);
    return new ClusterView(
        known,
        known,
        new KubernetesForceDetachPolicy(client, config.replacesUnusableDisks()),
        new KubernetesPublishedNodes(nodes, csiNodes, volumes, attachments, earlierMoves),
        events);
  }

  /** What it has on record about disks, once this process acts. */
  public ClusterRecords records() {
    return new KubernetesRecords(
        client, nodes, csiNodes, volumes, attachments, new SnapshotContents(client));
  }

  /** Its volumes and their claims, as far as the labels of disks need them. */
  public LabelledVolumes labelledVolumes() {
    return new KubernetesLabelledVolumes(client, volumes);
  }

  /** Its nodes, for who marks those whose hosts are off; empty where nobody shall. */
  public Optional<NodeMarks> nodeMarks() {
    return config.recoversStoppedHosts()
        ? Optional.of(new KubernetesNodeMarks(client, nodes, attachments))
        : Optional.empty();
  }

  /** What became of the events that were to be written. */
  public EventCounts eventCounts() {
    return events.counts();
  }

  /**
   * Begins to ask for the lease; returns at once.
   *
   * @param topologies where a disk is; empty if there is no such disk
   * @param pod the processes of this pod before it
   * @param whenActing run when this process has been chosen, before it may change anything; is told
   *     whether nobody acted since the process before it in this pod
   * @param halt ends the process at once, for the reason given; called when the lease is lost
   */
  public KubernetesCluster join(
      Readiness readiness,
      Function<VolumeId, Optional<Topology>> topologies,
      PodProcesses pod,
      Consumer<Boolean> whenActing,
      Consumer<String> halt) {
    RetryingTasks chores = own(new RetryingTasks(term, CHORE_PAUSE));
    StartupTaint.watch(client, nodes, csiNodes, chores);
    StaticVolumeAffinity.watch(client, volumes, topologies, chores);
    // With connections of its own, so that nothing else can make a renewal wait.
    KubernetesClient leaseClient =
        own(KubernetesClients.connect(config.kubeconfig(), config.lease().requestTimeout()));
    String self = config.identity() + "_" + UUID.randomUUID();
    LOG.info("standing by as {}", self);
    LeaseElection election =
        new LeaseElection(
            new KubernetesLease(leaseClient, Clock.systemUTC()),
            self,
            pod,
            config.lease().duration(),
            System::nanoTime,
            Clock.systemUTC());
    LeaseKeeper.LeaseListener listener =
        new LeaseKeeper.LeaseListener() {
          @Override
          public void standingBy(String why) {
            readiness.standingBy(why);
          }

          @Override
          public void acting(boolean isFromFormer) {
            LOG.info(
                "acting as {}{}",
                self,
                isFromFormer ? ", at once after a process of this pod that is dead" : "");
            whenActing.accept(isFromFormer);
            know(chores);
            earlierRequests.start();
            readiness.ready();
          }

          @Override
          public void lost(String why) {
            halt.accept(why);
          }
        };
    own(new LeaseKeeper(election, config.lease(), term, listener, System::nanoTime)).start();
    return this;
  }

  /** Nothing is put right before all is known that tells what is wrong. */
  private void know(RetryingTasks chores) {
    long since = System.nanoTime();
    var _ =
        CompletableFuture.allOf(
                nodes.start(), csiNodes.start(), volumes.start(), attachments.start())
            .thenRun(() -> {
              LOG.info(
                  "the cluster is known after {} ms: {} nodes, {} persistent volumes, {}"
                      + " VolumeAttachments",
                  TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since),
                  nodes.all().size(),
                  volumes.all().size(),
                  attachments.all().size());
              earlierMoves.begin();
              chores.begin();
            });
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
