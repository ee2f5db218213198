package cn.ucloud.csi.udisk.controller.reads;

import static java.util.stream.Collectors.toMap;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The snapshots of disks that are to be deleted. Many who ask are served by one walk through all
 * snapshots, where that is fewer calls and proves that none was passed over (decision 11).
 */
public final class SharedSnapshotReads {
  private static final int MOST = 1000;

  private final SnapshotApi snapshots;
  private final Batcher<UDisk, List<UDiskSnapshot>> batches;
  private volatile int pages = 1;

  public SharedSnapshotReads(SnapshotApi snapshots, TimeSource time) {
    this.snapshots = snapshots;
    this.batches = new Batcher<>(time, Batcher.Gathering.NONE, MOST, this::read);
  }

  /** The snapshots of the disk, read after this call began. */
  public List<UDiskSnapshot> of(UDisk disk) {
    return batches.read(disk);
  }

  private Map<UDisk, List<UDiskSnapshot>> read(List<UDisk> disks) {
    if (disks.size() == 1) {
      return Map.of(disks.getFirst(), snapshots.of(disks.getFirst()));
    }
    if (disks.size() <= pages) {
      return Map.of();
    }
    PageWalk.Met<UDiskSnapshot> met =
        PageWalk.read(
            snapshots::page,
            UDiskSnapshot::id,
            UDiskSnapshot::createTime,
            calls -> disks.size() > calls);
    pages = met.pages();
    return disks.stream()
        .filter(disk -> met.provesNoOther(odd -> odd.mayBeOf(disk.id())))
        .collect(toMap(Function.identity(), disk -> of(disk, met)));
  }

  private static List<UDiskSnapshot> of(UDisk disk, PageWalk.Met<UDiskSnapshot> met) {
    return met.members().values().stream()
        .filter(snapshot -> snapshot.diskId().equals(disk.id()))
        .toList();
  }
}
