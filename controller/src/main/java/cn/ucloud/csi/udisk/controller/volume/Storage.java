package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import java.util.concurrent.Executor;

/** Volumes and snapshots of one project and region, and what they share. */
public record Storage(Volumes volumes, Snapshots snapshots) {

  /** Those that the UCloud API shows. */
  public static Storage of(
      UCloudClient client, ClusterView cluster, Timing timing, DeletionRule rule) {
    return of(
        client,
        cluster,
        timing,
        rule,
        Pause.real(),
        reading -> Thread.ofVirtual().name("list of disks").start(reading));
  }

  /** The same with another sense of time, and with somebody else to read lists. */
  public static Storage of(
      UCloudClient client,
      ClusterView cluster,
      Timing timing,
      DeletionRule rule,
      Pause pause,
      Executor background) {
    ApiCalls api = new ApiCalls(client);
    return of(
        new UDiskVolumes(api), new ApiSnapshots(api), cluster, timing, rule, pause, background);
  }

  static Storage of(
      UDisks disks,
      UDiskSnapshots snapshots,
      ClusterView cluster,
      Timing timing,
      DeletionRule rule,
      Pause pause,
      Executor background) {
    Waiting waiting = new Waiting(timing, pause);
    DiskListing listing =
        new DiskListing(
            disks, cluster.publications()::volumes, waiting.lastSeen(), pause, background);
    PagedList pages = new PagedList(new ParallelReads(pause, background));
    return new Storage(
        new Volumes(disks, snapshots, cluster, listing, waiting, rule),
        new Snapshots(disks, snapshots, cluster.scheduling(), pages, waiting));
  }
}
