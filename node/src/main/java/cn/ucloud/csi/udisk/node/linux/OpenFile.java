package cn.ucloud.csi.udisk.node.linux;

import cn.ucloud.csi.udisk.node.linux.SystemCall.Answer;
import cn.ucloud.csi.udisk.node.linux.SystemCall.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A file or device that is open in a child process, because its disk may hang: already to open or
 * to close it then never ends. For the thread that has opened it.
 */
public final class OpenFile implements AutoCloseable {
  /** Most that is read at once. */
  public static final int MOST_BYTES = 256 << 10;

  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;

  /** With O_DIRECTORY, whose bit not all processors share. */
  private static final int O_TMPFILE =
      0x400000 | ("aarch64".equals(System.getProperty("os.arch")) ? 0x4000 : 0x10000);

  private static final int OWNER_ALONE = 0x180;

  private static final int AT_FDCWD = -100;
  private static final int SEEK_END = 2;

  private final CallProcess process;
  private final int fd;

  private OpenFile(CallProcess process, int fd) {
    this.process = process;
    this.fd = fd;
  }

  /** Opens what is there for reading. */
  public static OpenFile read(Path path) throws FailedCall {
    return open(path, O_RDONLY);
  }

  /** Opens what is there for reading and writing. */
  public static OpenFile write(Path path) throws FailedCall {
    return open(path, O_RDWR);
  }

  /** A new file without a name in this directory, which is gone when it is closed. */
  static OpenFile withoutName(Path directory) throws FailedCall {
    return open(directory, O_TMPFILE | O_RDWR);
  }

  /** As open(2), with these flags; what is made is for its owner alone. */
  static OpenFile open(Path path, int flags) throws FailedCall {
    CallProcess process = CallProcess.take();
    boolean opened = false;
    try {
      Answer answer = SystemCall.OPENAT.make(AT_FDCWD, path.toString(), flags, OWNER_ALONE);
      int fd = (int) require(answer).value();
      opened = true;
      return new OpenFile(process, fd);
    } finally {
      if (!opened) {
        process.release();
      }
    }
  }

  /** The size; for a device as the block layer gives it. */
  public long bytes() throws FailedCall {
    return require(SystemCall.LSEEK.make(fd, 0, SEEK_END)).value();
  }

  /** The next bytes, as many as come; none at the end. For files that have no places. */
  public byte[] next(int most) throws FailedCall {
    Answer read = require(SystemCall.READ.make(fd, new Buffer(most), most));
    return Arrays.copyOf(read.filled().array(), (int) read.value());
  }

  /**
   * All bytes from one place on.
   *
   * @param length at most {@link #MOST_BYTES}
   * @throws EOFException if the file ends before
   */
  public ByteBuffer at(long offset, int length) throws FailedCall, EOFException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      Answer read = readAt(offset + bytes.position(), bytes.remaining());
      bytes.put(Arrays.copyOf(read.filled().array(), (int) read.value()));
    }
    return bytes.flip();
  }

  /** Where the first of these bytes is that is not zero; zeros are not even sent here. */
  public OptionalLong findNonZero(long offset, int length) throws FailedCall, EOFException {
    for (long at = offset; at < offset + length; ) {
      Answer read = readAt(at, (int) (offset + length - at));
      for (int i = 0; i < read.filled().limit(); i++) {
        if (read.filled().get(i) != 0) {
          return OptionalLong.of(at + i);
        }
      }
      at += read.value();
    }
    return OptionalLong.empty();
  }

  private Answer readAt(long offset, int length) throws FailedCall, EOFException {
    Answer read = require(SystemCall.PREAD.make(fd, new Buffer(length), length, offset));
    if (read.value() == 0) {
      throw new EOFException("it ends at byte " + offset);
    }
    return read;
  }

  /** Writes at this place; not more than a page, which the kernel does not cut. */
  public void writeAt(long offset, byte[] bytes) throws IOException {
    long written = require(SystemCall.PWRITE.make(fd, bytes, bytes.length, offset)).value();
    if (written < bytes.length) {
      throw new IOException("only " + written + " bytes were written at byte " + offset);
    }
  }

  /** Returns when what was written is on the disk. */
  public void sync() throws FailedCall {
    var _ = require(SystemCall.FSYNC.make(fd));
  }

  /** A request whose argument is a pointer to one int. */
  void ioctl(long request, int argument) throws FailedCall {
    byte[] pointed = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(argument).array();
    var _ = require(SystemCall.IOCTL.make(fd, request, pointed));
  }

  private static Answer require(Answer answer) throws FailedCall {
    if (answer.failure().isPresent()) {
      throw new FailedCall(answer.failure().get());
    }
    return answer;
  }

  @Override
  public void close() {
    try {
      var _ = SystemCall.CLOSE.make(fd);
    } finally {
      process.release();
    }
  }
}
