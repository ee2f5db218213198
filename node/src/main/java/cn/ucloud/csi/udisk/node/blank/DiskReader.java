package cn.ucloud.csi.udisk.node.blank;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** Reads a disk and takes nothing for granted: a read that brings fewer bytes is an error. */
final class DiskReader implements AutoCloseable {
  private static final int CHUNK = 256 * 1024;
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(CHUNK).asReadOnlyBuffer();

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);

  private DiskReader(FileChannel channel) {
    this.channel = channel;
  }

  static DiskReader open(Path device) throws IOException {
    return new DiskReader(FileChannel.open(device, StandardOpenOption.READ));
  }

  /** The size as the block layer gives it, not as sysfs says. */
  long bytes() throws IOException {
    return channel.size();
  }

  /** The first byte in this region that is not zero. */
  OptionalLong findNonZero(Region region) throws IOException {
    for (long at = region.offset(); at < region.end(); at += CHUNK) {
      ByteBuffer chunk = read(at, (int) Math.min(CHUNK, region.end() - at));
      int mismatch = chunk.mismatch(ZEROS.slice(0, chunk.remaining()));
      if (mismatch >= 0) {
        return OptionalLong.of(at + mismatch);
      }
    }
    return OptionalLong.empty();
  }

  /** Proves that the region can be read. */
  void readThrough(Region region) throws IOException {
    for (long at = region.offset(); at < region.end(); at += CHUNK) {
      read(at, (int) Math.min(CHUNK, region.end() - at));
    }
  }

  boolean has(Signature signature) throws IOException {
    ByteBuffer found = read(signature.offset(), signature.bytes().size());
    for (byte expected : signature.bytes()) {
      if (found.get() != expected) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    buffer.clear().limit(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("it ends at byte " + (offset + buffer.position()));
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
