package cn.ucloud.csi.udisk.node.blank;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where filesystems keep copies of their superblock. A damaged filesystem whose first blocks were
 * overwritten with zeros is told from an empty disk only by these (known failure D1.3).
 */
final class BackupSuperblocks {
  private static final long KIB = 1L << 10;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;

  private BackupSuperblocks() {}

  /**
   * ext2/3/4 for every block size from 1 to 64 KiB: the first block of groups 1 and the powers of
   * 3, 5 and 7 (sparse_super), and of the last group (sparse_super2). A group has eight times as
   * many blocks as a block has bytes; {@code mkfs -g} with another number is not covered.
   */
  static SortedSet<Long> ext(long diskBytes) {
    SortedSet<Long> offsets = new TreeSet<>();
    for (long block = KIB; block <= 64 * KIB; block *= 2) {
      // With 1 KiB blocks the first block is left to boot loaders and all groups move by one.
      long first = block == KIB ? KIB : 0;
      long group = 8 * block * block;
      long last = (diskBytes - first - 1) / group;
      if (last >= 1) {
        offsets.add(first + group);
        offsets.add(first + last * group);
      }
      for (long base : new long[] {3, 5, 7}) {
        for (long g = base; g <= last; g *= base) {
          offsets.add(first + g * group);
        }
      }
    }
    return offsets;
  }

  /**
   * xfs: the start of every allocation group, for the group counts that mkfs.xfs chooses by itself
   * (2 to 32 equal ones, or 1 TiB each on large disks). One that was grown from another size has
   * them elsewhere.
   */
  static SortedSet<Long> xfs(long diskBytes) {
    SortedSet<Long> offsets = new TreeSet<>();
    long block = 4 * KIB;
    long blocks = diskBytes / block;
    for (long groups = 2; groups <= 32; groups *= 2) {
      long size = (blocks + groups - 1) / groups * block;
      for (long g = 1; g < groups; g++) {
        offsets.add(g * size);
      }
    }
    // The largest group is one block short of 1 TiB.
    for (long group = TIB - block, at = group; at < diskBytes; at += group) {
      offsets.add(at);
    }
    return offsets.headSet(diskBytes);
  }

  /** btrfs: copies at 64 MiB and 256 GiB; the first is at 64 KiB. */
  static SortedSet<Long> btrfs(long diskBytes) {
    SortedSet<Long> offsets = new TreeSet<>();
    offsets.add(64 * KIB);
    offsets.add(64 * KIB * KIB);
    offsets.add(256 * GIB);
    return offsets.headSet(diskBytes);
  }
}
