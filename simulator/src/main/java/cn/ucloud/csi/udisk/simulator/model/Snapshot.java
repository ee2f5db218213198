package cn.ucloud.csi.udisk.simulator.model;

import java.time.Instant;

/**
 * What a disk held at one moment.
 *
 * @param sequence the order of creation, which is the order of lists
 * @param source the disk as it was at that moment; it may be gone since
 * @param due when it is, or was, ready
 */
public record Snapshot(
    String id,
    long sequence,
    Instant created,
    String name,
    String comment,
    Disk source,
    SnapshotStatus status,
    Instant due) {

  public Snapshot ready() {
    return new Snapshot(id, sequence, created, name, comment, source, SnapshotStatus.NORMAL, due);
  }
}
