package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Gives a btrfs another UUID as {@code btrfstune -M} does, in its superblocks alone: the blocks of
 * the trees keep the old one, which the superblock remembers as their {@code metadata_uuid}.
 *
 * <p>btrfstune itself commits a transaction for it. On a copy of a disk that was in use when it was
 * copied that makes the log unreadable, so that the filesystem cannot be mounted any more, and what
 * was fsynced last is lost; it says nothing about that and exits with 0 (seen with 6.2). To mount
 * the copy first, for the log, is not possible as long as its source is mounted on this host. So
 * these are the only bytes of a filesystem that this driver writes itself.
 *
 * <p>Each superblock is one write of one block, and the first, the only one that a mount reads, is
 * written last: cut short, it carries the old UUID or the new one, and both are whole.
 */
final class BtrfsStamper {
  private static final int LENGTH = 4096;

  /**
   * Copies first, the one that counts last; one that is beyond the end of the disk is not there.
   */
  private static final List<Long> OFFSETS = List.of(256L << 30, 64L << 20, 64L << 10);

  private static final long MAGIC =
      ByteBuffer.wrap("_BHRfS_M".getBytes(StandardCharsets.US_ASCII)).getLong();

  private static final int CHECKSUM_BYTES = 32;
  private static final int UUID_AT = 0x20;
  private static final int MAGIC_AT = 0x40;
  private static final int INCOMPATIBLE_AT = 0xbc;
  private static final int CHECKSUM_TYPE_AT = 0xc4;
  private static final int METADATA_UUID_AT = 0x23b;

  private static final long HAS_METADATA_UUID = 0x400;
  private static final short CRC32C_TYPE = 0;

  private BtrfsStamper() {}

  static void stamp(BlockDevice device, UUID stamp) {
    try (OpenFile disk = OpenFile.write(device.node())) {
      for (long offset : OFFSETS) {
        if (offset + LENGTH <= device.bytes()) {
          ByteBuffer superblock = disk.at(offset, LENGTH).order(ByteOrder.LITTLE_ENDIAN);
          if (isWhole(superblock)) {
            disk.writeAt(offset, changed(superblock, stamp).array());
            disk.sync();
          } else if (offset == OFFSETS.getLast()) {
            throw new PreconditionFailed(
                "the superblock of the btrfs on " + device + " is damaged");
          }
        }
      }
    } catch (IOException e) {
      throw new OutcomeUnknown("cannot write a superblock of " + device + ": " + e.getMessage(), e);
    }
  }

  private static boolean isWhole(ByteBuffer superblock) {
    return superblock.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(MAGIC_AT) == MAGIC
        && superblock.getShort(CHECKSUM_TYPE_AT) == CRC32C_TYPE
        && superblock.getInt(0) == checksum(superblock);
  }

  private static ByteBuffer changed(ByteBuffer superblock, UUID stamp) {
    long incompatible = superblock.getLong(INCOMPATIBLE_AT);
    if ((incompatible & HAS_METADATA_UUID) == 0) {
      superblock.put(METADATA_UUID_AT, superblock, UUID_AT, 16);
      superblock.putLong(INCOMPATIBLE_AT, incompatible | HAS_METADATA_UUID);
    }
    ByteBuffer bigEndian = superblock.duplicate().order(ByteOrder.BIG_ENDIAN);
    bigEndian.putLong(UUID_AT, stamp.getMostSignificantBits());
    bigEndian.putLong(UUID_AT + 8, stamp.getLeastSignificantBits());
    return superblock.putInt(0, checksum(superblock));
  }

  private static int checksum(ByteBuffer superblock) {
    CRC32C sum = new CRC32C();
    sum.update(superblock.slice(CHECKSUM_BYTES, LENGTH - CHECKSUM_BYTES));
    return (int) sum.getValue();
  }
}
