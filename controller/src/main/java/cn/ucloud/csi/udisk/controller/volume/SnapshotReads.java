package cn.ucloud.csi.udisk.controller.volume;

import static java.util.stream.Collectors.toMap;

import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The snapshots of disks that are to be deleted. Many who ask are served by one walk through all
 * snapshots, where that is fewer calls and proves that none was passed over (decision 11).
 */
final class SnapshotReads {
  private static final int MOST = 1000;

  private final UDiskSnapshots snapshots;
  private final Turns turns;
  private final Batches<UDisk, List<UDiskSnapshot>> batches;
  private int pages = 1;

  SnapshotReads(UDiskSnapshots snapshots, Turns turns) {
    this.snapshots = snapshots;
    this.turns = turns;
    this.batches = new Batches<>(turns, MOST, this::read);
  }

  /** The snapshots of the disk, read after this call began. */
  List<UDiskSnapshot> of(UDisk disk) {
    return batches.read(disk);
  }

  /** Called by one at a time. */
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
    turns.add(met.calls() - 1);
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
