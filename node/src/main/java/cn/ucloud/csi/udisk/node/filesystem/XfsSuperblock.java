package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.nio.ByteOrder;

/** What we read ourselves in an xfs superblock ({@code struct xfs_dsb}). */
record XfsSuperblock(Superblock block) {
  private static final int BLOCK_SIZE = 4;
  private static final int BLOCKS = 8;
  private static final int IN_PROGRESS = 126;

  static XfsSuperblock read(BlockDevice device) {
    return new XfsSuperblock(Superblock.read(device, 0, ByteOrder.BIG_ENDIAN));
  }

  long bytes() {
    return block.intAt(BLOCK_SIZE) * block.longAt(BLOCKS);
  }

  /** Set by mkfs from its first write to its last; the kernel refuses to mount it. */
  boolean isBeingMade() {
    return block.byteAt(IN_PROGRESS) != 0;
  }
}
