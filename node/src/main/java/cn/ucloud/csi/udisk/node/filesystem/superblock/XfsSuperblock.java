package cn.ucloud.csi.udisk.node.filesystem.superblock;

import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/** What we read ourselves in an xfs superblock ({@code struct xfs_dsb}). */
public record XfsSuperblock(Superblock block) {
  private static final int BLOCK_SIZE = 4;
  private static final int BLOCKS = 8;
  private static final int UUID_BYTES = 32;
  private static final int LOG_START = 48;
  private static final int GROUP_BLOCKS = 84;
  private static final int SECTOR_SIZE = 102;
  private static final int GROUP_BLOCKS_LOG2 = 124;
  private static final int IN_PROGRESS = 126;

  private static final long LOG_RECORD = 0xfeedbabeL;

  /** {@code h_fs_uuid} of {@code struct xlog_rec_header}. */
  private static final int UUID_IN_LOG_RECORD = 304;

  public static XfsSuperblock read(BlockDevice device) {
    return new XfsSuperblock(Superblock.read(device, 0, ByteOrder.BIG_ENDIAN));
  }

  /** Empty if this is no superblock of xfs. */
  public Optional<UUID> findUuid() {
    return block.hasAt(0, "XFSB") ? Optional.of(block.uuidAt(UUID_BYTES)) : Optional.empty();
  }

  public long bytes() {
    return block.intAt(BLOCK_SIZE) * block.longAt(BLOCKS);
  }

  public long sectorBytes() {
    return (long) block.byteAt(SECTOR_SIZE) << 8 | block.byteAt(SECTOR_SIZE + 1);
  }

  /** Whether the log, which is inside of the filesystem, begins with a record of this UUID. */
  public boolean startOfLogHas(BlockDevice device, UUID uuid) {
    long start = block.longAt(LOG_START);
    int bits = block.byteAt(GROUP_BLOCKS_LOG2);
    long inGroup = start & ((1L << bits) - 1);
    long blocks = (start >>> bits) * block.intAt(GROUP_BLOCKS) + inGroup;
    Superblock log =
        Superblock.read(device, blocks * block.intAt(BLOCK_SIZE), ByteOrder.BIG_ENDIAN);
    return log.intAt(0) == LOG_RECORD && log.uuidAt(UUID_IN_LOG_RECORD).equals(uuid);
  }

  /** Set by mkfs from its first write to its last; the kernel refuses to mount it. */
  public boolean isBeingMade() {
    return block.byteAt(IN_PROGRESS) != 0;
  }
}
