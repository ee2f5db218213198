package cn.ucloud.csi.udisk.node.filesystem.superblock;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The bytes that describe a filesystem, read by ourselves. */
record Superblock(ByteBuffer bytes) {
  private static final int LENGTH = 1024;

  /**
   * Reads it.
   *
   * @param order in which this type of filesystem writes numbers
   * @throws Unavailable if it cannot be read
   */
  static Superblock read(BlockDevice device, long offset, ByteOrder order) {
    try (OpenFile disk = OpenFile.read(device.node())) {
      return new Superblock(disk.at(offset, LENGTH).order(order));
    } catch (IOException e) {
      throw new Unavailable("cannot read the superblock of " + device + ": " + e.getMessage(), e);
    }
  }

  int byteAt(int offset) {
    return Byte.toUnsignedInt(bytes.get(offset));
  }

  long intAt(int offset) {
    return Integer.toUnsignedLong(bytes.getInt(offset));
  }

  long longAt(int offset) {
    return bytes.getLong(offset);
  }

  /** Whether these characters are there. */
  boolean hasAt(int offset, String text) {
    byte[] found = new byte[text.length()];
    bytes.get(offset, found);
    return text.equals(new String(found, StandardCharsets.ISO_8859_1));
  }

  /** UUIDs are in one order everywhere. */
  UUID uuidAt(int offset) {
    ByteBuffer bigEndian = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
    return new UUID(bigEndian.getLong(offset), bigEndian.getLong(offset + 8));
  }
}
