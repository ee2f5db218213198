package cn.ucloud.csi.udisk.node.filesystem.superblock;

import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/** What we read ourselves in an ext4 superblock (kernel documentation, "Super Block"). */
public record Ext4Superblock(Superblock block) {
  private static final long OFFSET = 1024;
  private static final int INODES = 0x0;
  private static final int BLOCKS_LOW = 0x4;
  private static final int FREE_INODES = 0x10;
  private static final int LOG_BLOCK_SIZE = 0x18;
  private static final int MOUNT_TIME = 0x2c;
  private static final int MAGIC = 0x38;
  private static final int STATE = 0x3a;
  private static final int INCOMPATIBLE = 0x60;
  private static final int UUID_BYTES = 0x68;
  private static final int BLOCKS_HIGH = 0x150;
  private static final int HAS_ERRORS = 0x2;
  private static final int VALID_WITHOUT_ERRORS = 0x1;
  private static final int VALID_OR_ERRORS = 0x3;
  private static final long HAS_64_BITS = 0x80;
  private static final long HAS_CHECKSUM_SEED = 0x2000;

  public static Ext4Superblock read(BlockDevice device) {
    return new Ext4Superblock(Superblock.read(device, OFFSET, ByteOrder.LITTLE_ENDIAN));
  }

  /** Empty if this is no superblock of ext2, ext3 or ext4. */
  public Optional<UUID> findUuid() {
    return block.hasAt(MAGIC, "S\u00ef") ? Optional.of(block.uuidAt(UUID_BYTES)) : Optional.empty();
  }

  public long blocks() {
    long high = (block.intAt(INCOMPATIBLE) & HAS_64_BITS) == 0 ? 0 : block.intAt(BLOCKS_HIGH);
    return high << 32 | block.intAt(BLOCKS_LOW);
  }

  public long bytes() {
    return blocks() << (10 + block.intAt(LOG_BLOCK_SIZE));
  }

  public long inodes() {
    return block.intAt(INODES);
  }

  /** As was known when the superblock was written last. */
  public long usedInodes() {
    return Math.max(0, inodes() - block.intAt(FREE_INODES));
  }

  /** Whether it says itself that it needs a complete check, and not just its journal replayed. */
  public boolean asksForCheck() {
    return (block.byteAt(STATE) & VALID_OR_ERRORS) != VALID_WITHOUT_ERRORS;
  }

  /** Whether checksums depend on a seed of their own, not on the UUID. */
  public boolean hasChecksumSeed() {
    return (block.intAt(INCOMPATIBLE) & HAS_CHECKSUM_SEED) != 0;
  }

  /** Whether the kernel has found it damaged since it was last checked. */
  public boolean hasErrors() {
    return (block.byteAt(STATE) & HAS_ERRORS) != 0;
  }

  /** Whether the filesystem was ever mounted for writing. */
  public boolean wasEverMounted() {
    return block.intAt(MOUNT_TIME) != 0;
  }
}
