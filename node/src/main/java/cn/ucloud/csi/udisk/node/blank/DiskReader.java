package cn.ucloud.csi.udisk.node.blank;

import cn.ucloud.csi.udisk.node.linux.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Reads a disk and takes nothing for granted: a read that brings fewer bytes is an error. */
final class DiskReader implements AutoCloseable {
  private static final int CHUNK = OpenFile.MOST_BYTES;

  private final OpenFile disk;

  private DiskReader(OpenFile disk) {
    this.disk = disk;
  }

  static DiskReader open(Path device) throws IOException {
    return new DiskReader(OpenFile.read(device));
  }

  /** The size as the block layer gives it, not as sysfs says. */
  long bytes() throws IOException {
    return disk.bytes();
  }

  /** The first byte in this region that is not zero. */
  OptionalLong findNonZero(Region region) throws IOException {
    for (long at = region.offset(); at < region.end(); at += CHUNK) {
      int length = (int) Math.min(CHUNK, region.end() - at);
      OptionalLong found = disk.findNonZero(at, length);
      if (found.isPresent()) {
        return found;
      }
    }
    return OptionalLong.empty();
  }

  /** Proves that the region can be read. */
  void readThrough(Region region) throws IOException {
    for (long at = region.offset(); at < region.end(); at += CHUNK) {
      var _ = disk.at(at, (int) Math.min(CHUNK, region.end() - at));
    }
  }

  boolean has(Signature signature) throws IOException {
    ByteBuffer found = disk.at(signature.offset(), signature.bytes().size());
    for (byte expected : signature.bytes()) {
      if (found.get() != expected) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    disk.close();
  }
}
