package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes.Known;
import cn.ucloud.csi.udisk.controller.model.DiskLabels;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * Which snapshots are to be labelled: those of this cluster, once, with what the disk that they are
 * of has then. Nothing is written down of that, for they are few: the first look of a process reads
 * the labels of all.
 */
public final class SnapshotLabels {

  /** All snapshots of the region that this cluster took. */
  @FunctionalInterface
  public interface Source {
    List<Snapshot> all();
  }

  record Lacking(String id, VolumeId source, DiskLabels wanted) {}

  private final Source source;
  private final Set<String> settled = ConcurrentHashMap.newKeySet();
  private final Queue<Lacking> lacking = new ConcurrentLinkedQueue<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  SnapshotLabels(Source source) {
    this.source = source;
  }

  /**
   * Finds them anew.
   *
   * @param labelled the volumes that have labels or are to have some; without any and without
   *     {@code others} nothing is asked
   * @param others what snapshots of other disks are to have
   */
  void look(Collection<Known> labelled, DiskLabels others) {
    failing.clear();
    if (labelled.isEmpty() && others.isEmpty()) {
      return;
    }
    Map<VolumeId, DiskLabels> byDisk =
        labelled.stream()
            .collect(Collectors.toMap(Known::disk, SnapshotLabels::labels, (first, _) -> first));
    List<Snapshot> all = source.all();
    settled.retainAll(all.stream().map(each -> each.id().value()).collect(Collectors.toSet()));
    for (Snapshot snapshot : all) {
      DiskLabels wanted = byDisk.getOrDefault(snapshot.source(), others);
      if (!wanted.isEmpty() && !settled.contains(snapshot.id().value())) {
        lacking.add(new Lacking(snapshot.id().value(), snapshot.source(), wanted));
      }
    }
  }

  /** A disk that has none yet has them at the next look. */
  private static DiskLabels labels(Known volume) {
    return volume.bound().map(LabelMark::parse).map(LabelMark::all).orElse(DiskLabels.NONE);
  }

  boolean areWaiting() {
    return !lacking.isEmpty();
  }

  List<Lacking> next(int most) {
    return lacking.stream().limit(most).toList();
  }

  void settled(Lacking snapshot) {
    lacking.remove(snapshot);
    failing.remove(snapshot.id());
    settled.add(snapshot.id());
  }

  /** It comes again with the next look. */
  void failed(Lacking snapshot) {
    lacking.remove(snapshot);
    failing.add(snapshot.id());
  }

  long lacking() {
    return (long) lacking.size() + failing.size();
  }
}
