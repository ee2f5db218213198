package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import java.time.Instant;

/**
 * A snapshot that exists: the cut is made.
 *
 * @param name what it is called in the cloud, whoever took it
 * @param createdAt the epoch if it is not known
 * @param isReady a volume can be made of it
 */
public record Snapshot(
    SnapshotId id,
    String name,
    VolumeId source,
    DiskSize size,
    Instant createdAt,
    boolean isReady) {

  public static Snapshot of(UDiskSnapshot snapshot) {
    return new Snapshot(
        new SnapshotId(snapshot.id()),
        snapshot.name(),
        new VolumeId(snapshot.diskId()),
        snapshot.size(),
        Instant.ofEpochSecond(snapshot.createTime()),
        snapshot.status() == UDiskSnapshot.Status.NORMAL);
  }
}
