package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.nio.ByteOrder;

/** What we read ourselves in an ext4 superblock (kernel documentation, "Super Block"). */
record Ext4Superblock(Superblock block) {
  private static final long OFFSET = 1024;
  private static final int MOUNT_TIME = 0x2c;

  static Ext4Superblock read(BlockDevice device) {
    return new Ext4Superblock(Superblock.read(device, OFFSET, ByteOrder.LITTLE_ENDIAN));
  }

  /** Whether the filesystem was ever mounted for writing. */
  boolean wasEverMounted() {
    return block.intAt(MOUNT_TIME) != 0;
  }
}
