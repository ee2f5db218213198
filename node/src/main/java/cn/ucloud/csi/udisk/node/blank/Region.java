package cn.ucloud.csi.udisk.node.blank;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A range of bytes of a disk. */
record Region(long offset, long length) {

  long end() {
    return offset + length;
  }

  /** The same bytes, in order and each once, cut to a disk of this size. */
  static List<Region> merge(List<Region> regions, long diskBytes) {
    List<Region> merged = new ArrayList<>();
    for (Region next : regions.stream().sorted(Comparator.comparingLong(Region::offset)).toList()) {
      long end = Math.min(next.end(), diskBytes);
      long start = Math.max(0, next.offset());
      if (start >= end) {
        continue;
      }
      Region last = merged.isEmpty() ? new Region(-1, 0) : merged.getLast();
      if (start <= last.end()) {
        merged.set(
            merged.size() - 1,
            new Region(last.offset(), Math.max(end, last.end()) - last.offset()));
      } else {
        merged.add(new Region(start, end - start));
      }
    }
    return merged;
  }
}
