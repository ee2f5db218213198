package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.GuestNode;
import cn.ucloud.csi.udisk.node.fixture.GuestVolume;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.testing.Patience;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Inside of a {@code Guest}: of three volumes one hangs while it is unstaged, one while it is
 * staged, and the node process is killed.
 */
final class HangingDiskInGuest {
  static final String PASSED = "the successor served the third volume, and then the others";

  private HangingDiskInGuest() {}

  public static void main(String[] args) throws Exception {
    Awaitility.setDefaultTimeout(Patience.LIMIT);
    GuestVolume unstaged = GuestVolume.ext4("bsm-unstaged", "vdb", 1);
    GuestVolume staged = GuestVolume.ext4("bsm-staged", "vdc", 1);
    GuestVolume healthy = GuestVolume.ext4("bsm-healthy", "vdd", 1);
    try (GuestNode first = GuestNode.start()) {
      unstaged.stage(first);
      staged.stage(first);
      staged.unstage(first);
      Files.writeString(unstaged.publish(first).resolve("note"), "written");
      unstaged.unpublish(first);
      // So that it has to be read again.
      Shell.run("blockdev", "--flushbufs", "/dev/vdb");
      Guest.stop(0);
      Guest.stop(1);
      // The one request that is let through, so that already the first look hangs.
      Shell.run("xfs_io", "-r", "-d", "-c", "pread 0 4096", "/dev/vdb");
      Thread.ofVirtual().start(() -> unstaged.unstage(first));
      Thread.ofVirtual().start(() -> staged.stage(first));
      Awaitility.await().until(() -> hanging() == 2);
      requireNotUnstaged(unstaged, first, "unmounting " + unstaged.staging());
    }
    try (GuestNode second = GuestNode.start()) {
      healthy.stage(second);
      Files.writeString(healthy.publish(second).resolve("note"), "written");
      healthy.unpublish(second);
      healthy.unstage(second);
      requireNotUnstaged(unstaged, second, "an unmount that waits for the disk");
      Guest.resume(0);
      Guest.resume(1);
      Awaitility.await()
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .until(() -> {
            unstaged.unstage(second);
            staged.stage(second);
            staged.unstage(second);
            return true;
          });
      unstaged.stage(second);
      String note = Files.readString(unstaged.publish(second).resolve("note"));
      unstaged.unpublish(second);
      unstaged.unstage(second);
      if (note.equals("written") && GuestNode.mounts() == 0) {
        System.out.println(PASSED);
      }
    }
  }

  /** Else the disk would be detached, and what is still to be written to it would be lost. */
  private static void requireNotUnstaged(GuestVolume volume, GuestNode node, String step) {
    Awaitility.await()
        .until(() -> {
          try {
            volume.unstage(node, 20);
          } catch (StatusRuntimeException e) {
            // A slow machine has the answer after the deadline.
            return String.valueOf(e.getMessage()).contains(step);
          }
          throw new AssertionError(volume + " counts as unstaged, but its disk hangs");
        });
  }

  /** How many threads of programs wait in the kernel for what cannot be interrupted. */
  private static long hanging() throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("\\d+"))
          .filter(path -> !read(path.resolve("cmdline")).isEmpty())
          .flatMap(path -> list(path.resolve("task")))
          .filter(task -> read(task.resolve("stat")).matches("(?s).*\\) D .*"))
          .count();
    }
  }

  private static Stream<Path> list(Path directory) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList().stream();
    } catch (IOException _) {
      return Stream.empty();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }
}
