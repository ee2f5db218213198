package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.node.filesystem.superblock.Ext4Superblock;

/**
 * How much memory a complete e2fsck takes, in bytes. Measured with 1.47, with room to spare; the
 * figures are in docs/decisions/0017-footprint.md.
 *
 * @param blocks of the filesystem
 * @param inodes it has room for
 * @param usedInodes at least so many files and directories, as the superblock knew
 */
record CheckMemory(long blocks, long inodes, long usedInodes) {
  /** The program itself, its buffers, and 64 bytes for each group of blocks, with much to spare. */
  private static final long PROGRAM = 16L << 20;

  private static final long BLOCKS_PER_GROUP = 32768;
  private static final long BYTES_PER_GROUP = 512;
  private static final long DESCRIPTOR = 64;
  private static final long BYTES_PER_DIRECTORY = 128;

  static CheckMemory of(Ext4Superblock superblock) {
    return new CheckMemory(superblock.blocks(), superblock.inodes(), superblock.usedInodes());
  }

  /** With maps as arrays: four of one bit for a block, eight of one bit for an inode. */
  long withArrays() {
    return PROGRAM + groups() * BYTES_PER_GROUP + blocks / 2 + inodes;
  }

  /** The same if a quarter of all files are directories; nobody counts them. */
  long usual() {
    return withArrays() + usedInodes / 4 * BYTES_PER_DIRECTORY;
  }

  /**
   * With maps as trees, which e2fsck takes if it is not told otherwise, and if nothing is
   * fragmented: then nearly all of it are arrays for inodes, and the groups' descriptors. Trees can
   * become larger than arrays.
   */
  long least() {
    return inodes / 16 * 5 + groups() * DESCRIPTOR;
  }

  private long groups() {
    return blocks / BLOCKS_PER_GROUP;
  }
}
