package cn.ucloud.csi.udisk.node.filesystem.superblock;

import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/** What we read ourselves in a btrfs superblock ({@code struct btrfs_super_block}). */
public record BtrfsSuperblock(Superblock block) {
  private static final long OFFSET = 64 << 10;
  private static final int UUID_BYTES = 0x20;
  private static final int MAGIC = 0x40;
  private static final int DEVICES = 0x88;

  /** Of the part of the filesystem on this disk: its {@code dev_item}. */
  private static final int BYTES = 0xc9 + 8;

  public static BtrfsSuperblock read(BlockDevice device) {
    return new BtrfsSuperblock(Superblock.read(device, OFFSET, ByteOrder.LITTLE_ENDIAN));
  }

  /** Empty if this is no superblock of btrfs. */
  public Optional<UUID> findUuid() {
    return block.hasAt(MAGIC, "_BHRfS_M")
        ? Optional.of(block.uuidAt(UUID_BYTES))
        : Optional.empty();
  }

  public long bytes() {
    return block.longAt(BYTES);
  }

  /** More than one if the filesystem spans several disks. */
  public long devices() {
    return block.longAt(DEVICES);
  }
}
