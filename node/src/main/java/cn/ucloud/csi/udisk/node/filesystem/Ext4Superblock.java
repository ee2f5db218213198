package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** What we read ourselves in an ext4 superblock (kernel documentation, "Super Block"). */
final class Ext4Superblock {
  private static final int OFFSET = 1024;
  private static final int MOUNT_TIME = 0x2c;

  private Ext4Superblock() {}

  /**
   * Whether the filesystem was ever mounted for writing.
   *
   * @throws Unavailable if it cannot be read
   */
  static boolean wasEverMounted(BlockDevice device) {
    ByteBuffer field = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel disk = FileChannel.open(device.node(), StandardOpenOption.READ)) {
      if (disk.read(field, OFFSET + MOUNT_TIME) < field.capacity()) {
        throw new IOException("it ends there");
      }
    } catch (IOException e) {
      throw new Unavailable("cannot read the superblock of " + device + ": " + e.getMessage(), e);
    }
    return field.getInt(0) != 0;
  }
}
