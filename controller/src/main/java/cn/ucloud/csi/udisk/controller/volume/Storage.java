package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;

/** Volumes and snapshots of one project and region, and what they share. */
public record Storage(Volumes volumes, Snapshots snapshots) {

  /** Those that the UCloud API shows. */
  public static Storage of(UCloudClient client, Timing timing, DeletionRule rule) {
    ApiCalls api = new ApiCalls(client);
    return of(new UDiskVolumes(api), new ApiSnapshots(api), timing, rule, Pause.real());
  }

  static Storage of(
      UDisks disks, UDiskSnapshots snapshots, Timing timing, DeletionRule rule, Pause pause) {
    Waiting waiting = new Waiting(timing, pause);
    return new Storage(
        new Volumes(disks, snapshots, waiting, rule), new Snapshots(disks, snapshots, waiting));
  }
}
