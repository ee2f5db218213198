package cn.ucloud.csi.udisk.node.linux;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * How full a filesystem is.
 *
 * @param availableBytes for users; the rest of what is free is reserved
 * @param inodes 0 for a filesystem that makes them as needed
 */
public record Space(
    long totalBytes, long freeBytes, long availableBytes, long inodes, long freeInodes) {
  private static final int STATFS_BYTES = 120;

  /**
   * Asks the filesystem at {@code path}, which on a broken one can take for ever.
   *
   * @throws HostRefused if the kernel refuses
   */
  public static Space at(Path path) {
    SystemCall.Answer answer =
        SystemCall.STATFS.make(path.toString(), new SystemCall.Buffer(STATFS_BYTES));
    answer
        .failure()
        .ifPresent(errno -> {
          throw new HostRefused("asking for the space at " + path + " failed: " + errno);
        });
    // struct statfs on 64-bit Linux: type, block size, blocks, free, available, inodes, free
    // inodes.
    long[] fields = new long[7];
    answer.filled().order(ByteOrder.nativeOrder()).asLongBuffer().get(fields);
    long block = fields[1];
    return new Space(fields[2] * block, fields[3] * block, fields[4] * block, fields[5], fields[6]);
  }

  public long usedBytes() {
    return totalBytes - freeBytes;
  }

  public long usedInodes() {
    return inodes - freeInodes;
  }
}
