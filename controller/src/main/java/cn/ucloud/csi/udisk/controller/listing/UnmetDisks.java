package cn.ucloud.csi.udisk.controller.listing;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cloud.MalformedRecords;
import cn.ucloud.csi.udisk.controller.reads.ParallelReads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Disks that the cluster knows and that a reading of all disks has not met: each is asked for by
 * its id, so many in one reading, because absence is never concluded from pages. A disk that is
 * absent, of a persistent volume that outlived it, is not asked for again soon: an id never comes
 * back.
 */
final class UnmetDisks {
  private static final int MOST = 100;
  private static final Duration ABSENT_FOR = Duration.ofMinutes(10);

  private final DiskApi disks;
  private final ParallelReads reads;
  private final TimeSource time;
  private final Map<VolumeId, Long> absentSince = new ConcurrentHashMap<>();

  UnmetDisks(DiskApi disks, ParallelReads reads, TimeSource time) {
    this.disks = disks;
    this.reads = reads;
    this.time = time;
  }

  /**
   * Those of the disks that there are. One whose record cannot be read is left out.
   *
   * @throws Unavailable if one cannot be asked for, or if they are more than can be asked for at a
   *     time; then the next reading goes on from here
   */
  List<UDisk> read(Collection<VolumeId> unmet) {
    absentSince.keySet().retainAll(unmet);
    List<VolumeId> unknown = unmet.stream().filter(id -> !absentSince.containsKey(id)).toList();
    List<VolumeId> asked = new ArrayList<>(unknown.stream().limit(MOST).toList());
    unmet.stream().filter(this::isDue).limit(MOST - asked.size()).forEach(asked::add);
    List<UDisk> found = readById(asked);
    if (unknown.size() > MOST) {
      throw new Unavailable(
          ("%d disks of this cluster were not met in the region's list; they are asked for one by"
                  + " one, %d at a time")
              .formatted(unknown.size(), MOST));
    }
    return found;
  }

  /** Those that were asked for by their ids and that the cloud does not know. */
  Set<VolumeId> absent() {
    return Set.copyOf(absentSince.keySet());
  }

  private boolean isDue(VolumeId id) {
    Long since = absentSince.get(id);
    return since != null && time.now() - since >= ABSENT_FOR.toNanos();
  }

  private List<UDisk> readById(List<VolumeId> asked) {
    Queue<VolumeId> left = new ConcurrentLinkedQueue<>(asked);
    List<UDisk> found = Collections.synchronizedList(new ArrayList<>());
    reads.all(
        asked.size(), () -> Optional.ofNullable(left.poll()).map(id -> () -> read(id, found)));
    return found;
  }

  private void read(VolumeId id, List<UDisk> found) {
    try {
      Optional<UDisk> disk = disks.find(id);
      if (disk.isPresent()) {
        absentSince.remove(id);
        found.add(disk.get());
      } else {
        absentSince.put(id, time.now());
      }
    } catch (Unavailable e) {
      if (!MalformedRecords.isCauseOf(e)) {
        throw e;
      }
    }
  }
}
