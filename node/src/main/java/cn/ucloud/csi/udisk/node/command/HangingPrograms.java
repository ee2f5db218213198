package cn.ucloud.csi.udisk.node.command;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that were killed and have not ended. One that waits in the kernel for its disk cannot
 * die before the disk answers, and then what it wrote last may still reach the disk.
 *
 * <p>What a program works on is its last argument: the device or, to grow xfs and btrfs, the mount
 * point. So a disk that hangs has one of them for its device and one for its mount.
 */
final class HangingPrograms {
  private final List<Program> killed = new ArrayList<>();

  private record Program(List<String> command, Process process, Instant killedAt) {
    /** The same each time, so that events of it are counted. */
    String sentence() {
      return "%s (pid %d) for %s, killed at %s, still hangs"
          .formatted(command.getFirst(), process.pid(), command.getLast(), killedAt);
    }
  }

  /** Remembers a program that was killed just now, until it has ended. */
  synchronized void add(List<String> command, Process process) {
    killed.add(new Program(command, process, Instant.now().truncatedTo(ChronoUnit.SECONDS)));
  }

  /**
   * Returns if none is left of those that worked on the same disk.
   *
   * @throws Unavailable if one is
   */
  synchronized void requireNoneFor(List<String> command) {
    killed.removeIf(program -> !program.process().isAlive());
    for (Program program : killed) {
      if (program.command().getLast().equals(command.getLast())) {
        throw new Unavailable(
            program.sentence()
                + "; until it has ended, nothing else is started for a disk that it may write to");
      }
    }
  }
}
