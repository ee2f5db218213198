package cn.ucloud.csi.udisk.node.linux;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** The system calls that are made, each by its number, in a {@link CallProcess}. */
public enum SystemCall {
  READ(0, 63),
  CLOSE(3, 57),
  LSEEK(8, 62),
  IOCTL(16, 29),
  PREAD(17, 67),
  PWRITE(18, 68),
  FSYNC(74, 82),
  STATFS(137, 43),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  OPENAT(257, 56);

  private static final String PROCESSOR = System.getProperty("os.arch");

  /** Processors whose table is the kernel's common one ({@code asm-generic/unistd.h}). */
  private static final Set<String> COMMON = Set.of("aarch64", "riscv64");

  private final int onAmd64;
  private final int common;

  SystemCall(int onAmd64, int common) {
    this.onAmd64 = onAmd64;
    this.common = common;
  }

  /** An argument: so many bytes that the call fills, at most one for a call. */
  record Buffer(int bytes) {}

  /**
   * What a call returned.
   *
   * @param value negative if it failed
   * @param filled the buffer; empty if it holds nothing but zeros
   */
  public record Answer(long value, int errno, ByteBuffer filled) {
    public Optional<Errno> failure() {
      return value < 0 ? Optional.of(new Errno(errno)) : Optional.empty();
    }
  }

  /**
   * Makes the call, and waits as long as it takes.
   *
   * @param arguments each a number, a {@code String}, {@code byte[]}, or a {@link Buffer}
   * @throws HostRefused if it cannot be made on this machine; then it was not
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if the child that made
   *     it was killed
   */
  public Answer make(Object... arguments) {
    CallProcess process = CallProcess.take();
    try {
      return process.call(request(arguments));
    } finally {
      process.release();
    }
  }

  private int number() {
    if ("amd64".equals(PROCESSOR)) {
      return onAmd64;
    }
    if (COMMON.contains(PROCESSOR)) {
      return common;
    }
    throw new HostRefused("the numbers of system calls are not known for a " + PROCESSOR);
  }

  private byte[] request(Object... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream request = new DataOutputStream(bytes)) {
      write(request, 'i', Integer.toString(number()));
      for (Object argument : arguments) {
        switch (argument) {
          case Buffer(int length) -> write(request, 'b', Integer.toString(length));
          case byte[] raw -> write(request, 's', raw);
          case String text -> write(request, 's', text);
          default -> write(request, 'i', argument.toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream request, char type, String value) throws IOException {
    write(request, type, value.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(DataOutputStream request, char type, byte[] value) throws IOException {
    request.writeByte(type);
    request.writeInt(value.length);
    request.write(value);
  }
}
