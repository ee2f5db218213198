package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.trace.CurrentSpan;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.controller.attach.AttachEvents;
import cn.ucloud.csi.udisk.controller.attach.AttachVolume;
import cn.ucloud.csi.udisk.controller.attach.DetachVolume;
import cn.ucloud.csi.udisk.controller.attach.ForceDetach;
import cn.ucloud.csi.udisk.controller.attach.GoneHosts;
import cn.ucloud.csi.udisk.controller.attach.HostQueue;
import cn.ucloud.csi.udisk.controller.attach.NodeHosts;
import cn.ucloud.csi.udisk.controller.change.DiskRequests;
import cn.ucloud.csi.udisk.controller.change.RequestJournal;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.ApiCalls;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.cloud.UCloudDiskApi;
import cn.ucloud.csi.udisk.controller.cloud.UCloudSnapshotApi;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.listing.DiskInventory;
import cn.ucloud.csi.udisk.controller.listing.VolumeQueries;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import cn.ucloud.csi.udisk.controller.provision.CopySources;
import cn.ucloud.csi.udisk.controller.provision.CreateVolume;
import cn.ucloud.csi.udisk.controller.provision.CreationEvents;
import cn.ucloud.csi.udisk.controller.provision.DeleteVolume;
import cn.ucloud.csi.udisk.controller.provision.ExpandVolume;
import cn.ucloud.csi.udisk.controller.provision.UnusableDisks;
import cn.ucloud.csi.udisk.controller.reads.ActiveReaders;
import cn.ucloud.csi.udisk.controller.reads.PagedList;
import cn.ucloud.csi.udisk.controller.reads.ParallelReads;
import cn.ucloud.csi.udisk.controller.reads.SharedDiskReads;
import cn.ucloud.csi.udisk.controller.reads.SharedHostReads;
import cn.ucloud.csi.udisk.controller.reads.SharedSnapshotReads;
import cn.ucloud.csi.udisk.controller.snapshot.CreateSnapshot;
import cn.ucloud.csi.udisk.controller.snapshot.DeleteSnapshot;
import cn.ucloud.csi.udisk.controller.snapshot.InterimSnapshots;
import cn.ucloud.csi.udisk.controller.snapshot.SnapshotQueries;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * All that can be done to the volumes and snapshots of one project and region, wired together here
 * and nowhere else. Every operation may be called again at any moment and goes on from what the
 * cloud shows; nothing is kept but what was sent and not answered.
 *
 * <p>Only one call at a time may work on a volume; {@code Operations} sees to that.
 */
public record Storage(
    CreateVolume createVolume,
    DeleteVolume deleteVolume,
    ExpandVolume expandVolume,
    AttachVolume attachVolume,
    DetachVolume detachVolume,
    VolumeQueries volumes,
    CreateSnapshot createSnapshot,
    DeleteSnapshot deleteSnapshot,
    SnapshotQueries snapshots,
    InterimSnapshots interims,
    HostQueue hostQueue,
    UnusableDisks unusableDisks,
    UnansweredRequests unanswered) {

  /** Those that the UCloud API shows. */
  public static Storage of(
      UCloudClient client,
      ClusterView cluster,
      Timing timing,
      DeletionRule rule,
      RequestJournal journal) {
    return of(
        client,
        cluster,
        new WorkContext(timing, TimeSource.real(), journal),
        rule,
        reading -> Thread.ofVirtual().name("list of disks").start(CurrentSpan.carried(reading)));
  }

  /** The same with another sense of time, and with somebody else to read lists. */
  public static Storage of(
      UCloudClient client,
      ClusterView cluster,
      Timing timing,
      DeletionRule rule,
      TimeSource time,
      Executor background) {
    return of(client, cluster, new WorkContext(timing, time), rule, background);
  }

  /** The same, whose requests are noted in the journal of {@code context}. */
  public static Storage of(
      UCloudClient client,
      ClusterView cluster,
      WorkContext context,
      DeletionRule rule,
      Executor background) {
    ApiCalls api = new ApiCalls(client);
    return of(
        new UCloudDiskApi(api), new UCloudSnapshotApi(api), cluster, context, rule, background);
  }

  /** The same over any cloud. */
  public static Storage of(
      DiskApi disks,
      SnapshotApi snapshots,
      ClusterView cluster,
      Timing timing,
      DeletionRule rule,
      TimeSource time,
      Executor background) {
    return of(disks, snapshots, cluster, new WorkContext(timing, time), rule, background);
  }

  private static Storage of(
      DiskApi disks,
      SnapshotApi snapshots,
      ClusterView cluster,
      WorkContext context,
      DeletionRule rule,
      Executor background) {
    TimeSource time = context.time();
    UnansweredRequests unanswered = context.unanswered();
    ActiveReaders readers = new ActiveReaders();
    DiskWaiter waiter =
        new DiskWaiter(
            new SharedDiskReads(disks, readers, time),
            readers,
            context.poller(),
            context.recentChanges(),
            time);
    DiskRequests requests = new DiskRequests(waiter, context);
    DiskInventory inventory =
        new DiskInventory(
            disks, cluster.publishedNodes()::volumes, context.recentChanges(), time, background);

    GoneHosts goneHosts = new GoneHosts(disks, cluster.forceDetachPolicy(), context.poller());
    NodeHosts nodeHosts = new NodeHosts(disks, cluster.nodes(), goneHosts);
    HostQueue hostQueue = new HostQueue(time);
    DetachVolume detach =
        new DetachVolume(disks, nodeHosts, cluster.publishedNodes(), requests, hostQueue, context);
    ForceDetach forceDetach =
        new ForceDetach(cluster.forceDetachPolicy(), goneHosts, detach, cluster.events());
    AttachVolume attach =
        new AttachVolume(
            disks,
            nodeHosts,
            new SharedHostReads(disks, time),
            forceDetach,
            requests,
            unanswered,
            hostQueue,
            volume -> readers.areMany() ? inventory.findFree(volume) : Optional.empty(),
            new AttachEvents(disks, cluster, context));

    PagedList pages = new PagedList(new ParallelReads(time, background));
    SharedSnapshotReads snapshotReads = new SharedSnapshotReads(snapshots, time);
    DeleteVolume delete =
        new DeleteVolume(disks, snapshotReads, requests, unanswered, forceDetach, rule);
    UnusableDisks unusable =
        new UnusableDisks(
            snapshotReads,
            cluster.forceDetachPolicy(),
            delete,
            new CreationEvents(cluster.events()));
    CreateSnapshot createSnapshot =
        new CreateSnapshot(disks, snapshots, cluster.scheduling(), context);
    DeleteSnapshot deleteSnapshot = new DeleteSnapshot(snapshots, context);
    InterimSnapshots interims =
        new InterimSnapshots(createSnapshot, deleteSnapshot, snapshots, cluster.scheduling(), time);
    CreateVolume create =
        new CreateVolume(
            disks, new CopySources(disks, snapshots), interims, cluster, waiter, unusable, context);
    return new Storage(
        create,
        delete,
        new ExpandVolume(disks, waiter, context),
        attach,
        detach,
        new VolumeQueries(disks, inventory, cluster.publishedNodes(), pages),
        createSnapshot,
        deleteSnapshot,
        new SnapshotQueries(disks, snapshots, pages),
        interims,
        hostQueue,
        unusable,
        unanswered);
  }

  /**
   * This process begins to act now. Without this call it has done so since it was made; a standby
   * must say when it takes over, for what its predecessor sent last may still be done.
   */
  public void begin() {
    unanswered.begin();
  }

  /** The same for one that knows all that its predecessor had sent, and took over at once. */
  public void begin(List<RequestJournal.Left> left) {
    unanswered.begin(left);
  }
}
