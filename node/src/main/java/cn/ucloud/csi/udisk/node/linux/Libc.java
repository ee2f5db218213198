package cn.ucloud.csi.udisk.node.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The C functions we call. Each has its own holder class: a handle costs 15 to 90 ms once, and a
 * node that only answers NodeGetInfo needs none.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

  static final int O_CLOEXEC = 0x80000;

  private Libc() {}

  private static final class Mount {
    static final MethodHandle HANDLE =
        handle(
            "mount",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  }

  private static final class Umount2 {
    static final MethodHandle HANDLE =
        handle("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  }

  private static final class Open {
    static final MethodHandle HANDLE =
        handle(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
  }

  private static final class Close {
    static final MethodHandle HANDLE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  }

  private static final class Statfs {
    static final long BYTES = 120;
    static final MethodHandle HANDLE =
        handle("statfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  }

  private static final class Ioctl {
    static final MethodHandle HANDLE =
        handle(
            "ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
            Linker.Option.firstVariadicArg(2));
  }

  /** What a call returned and, if that is negative, why. */
  record Answer(int value, int errno) {
    Optional<Errno> failure() {
      return value < 0 ? Optional.of(new Errno(errno)) : Optional.empty();
    }
  }

  static Answer mount(String source, String target, String type, long flags, String data) {
    return call((state, arena) ->
        (int)
            Mount.HANDLE.invokeExact(
                state,
                arena.allocateFrom(source),
                arena.allocateFrom(target),
                arena.allocateFrom(type),
                flags,
                arena.allocateFrom(data)));
  }

  static Answer umount2(String target, int flags) {
    return call((state, arena) ->
        (int) Umount2.HANDLE.invokeExact(state, arena.allocateFrom(target), flags));
  }

  static Answer open(String path, int flags) {
    return call(
        (state, arena) -> (int) Open.HANDLE.invokeExact(state, arena.allocateFrom(path), flags));
  }

  /** Fills {@code fields} with the first fields of the structure, which are all of one size. */
  static Answer statfs(String path, long[] fields) {
    return call((state, arena) -> {
      MemorySegment structure = arena.allocate(Statfs.BYTES, Long.BYTES);
      int answer = (int) Statfs.HANDLE.invokeExact(state, arena.allocateFrom(path), structure);
      for (int i = 0; i < fields.length; i++) {
        fields[i] = structure.getAtIndex(JAVA_LONG, i);
      }
      return answer;
    });
  }

  /** A request whose argument is a pointer to one int. */
  static Answer ioctl(int fd, long request, int argument) {
    return call((state, arena) ->
        (int) Ioctl.HANDLE.invokeExact(state, fd, request, arena.allocateFrom(JAVA_INT, argument)));
  }

  static Answer close(int fd) {
    return call((state, _) -> (int) Close.HANDLE.invokeExact(state, fd));
  }

  private interface Body {
    int invoke(MemorySegment state, Arena arena) throws Throwable;
  }

  /**
   * A native call keeps the carrier of a virtual thread, and on a disk that hangs it never ends; a
   * few of them would stop every other virtual thread of this process.
   */
  private static Answer call(Body body) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("system calls are for platform threads");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int value = body.invoke(state, arena);
      return new Answer(value, (int) ERRNO.get(state, 0L));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a system call could not be made", e);
    }
  }

  @SuppressWarnings("restricted") // calling C is what this class is for
  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = CAPTURE_ERRNO;
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
  }
}
