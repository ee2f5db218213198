package cn.ucloud.csi.udisk.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.error.DriverException.Uncertain;
import cn.ucloud.csi.udisk.node.fixture.HangingDisk;
import cn.ucloud.csi.udisk.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose disk hangs, so that even SIGKILL does not end them. */
final class UnkillableProgramTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  @TempDir Path directory;

  private final CommandRunner runner = new ProcessCommandRunner();
  private final Set<Thread> ofOtherTests = allOutputThreads().collect(Collectors.toSet());
  private final Set<Long> childrenOfOtherTests = Set.copyOf(allChildren().toList());

  /** As mkfs.xfs writes: what was sent to the disk is waited for, come what may. */
  private CommandResult write(Path disk) {
    String direct = "exec dd if=/dev/zero of=\"$0\" bs=4096 count=1 oflag=direct";
    return runner.run(LIMIT, List.of("sh", "-c", direct, disk.toString()));
  }

  private CommandResult probe(Path disk) {
    return runner.run(LIMIT, List.of("blkid", "-p", "-o", "export", disk.toString()));
  }

  @Test
  void retriesDoNotPileUpProgramsThatCannotDie() throws Exception {
    try (HangingDisk disk = HangingDisk.in(directory)) {
      disk.hang();
      try {
        assertThatThrownBy(() -> write(disk.path())).isInstanceOf(HostTimedOut.class);
        List<Long> hanging = children();
        assertThat(hanging).hasSize(1);
        List<Thread> readers = outputThreads();
        assertThat(readers).isNotEmpty();
        for (int retry = 0; retry < 3; retry++) {
          assertThatThrownBy(() -> write(disk.path())).isInstanceOf(Unavailable.class);
          assertThatThrownBy(() -> probe(disk.path()))
              .isInstanceOf(Unavailable.class)
              .hasMessageMatching(
                  "sh \\(pid %d\\) for %s, killed at \\S+Z, still hangs; .*"
                      .formatted(hanging.getFirst(), disk.path()));
        }
        assertThat(children()).isEqualTo(hanging);
        assertThat(outputThreads()).containsExactlyInAnyOrderElementsOf(readers);
        assertThat(runner.run(Patience.LIMIT, List.of("echo", "/dev/other")).exitCode()).isZero();
      } finally {
        disk.answer();
      }
      Awaitility.await()
          .ignoreExceptionsInstanceOf(Uncertain.class)
          .until(() -> write(disk.path()).exitCode() == 0);
      assertThat(children()).isEmpty();
      Awaitility.await().until(() -> outputThreads().isEmpty());
    }
  }

  /** Besides the filesystem's server. */
  private List<Long> children() {
    return allChildren().filter(pid -> !childrenOfOtherTests.contains(pid)).toList();
  }

  private static Stream<Long> allChildren() {
    return ProcessHandle.current()
        .children()
        .filter(child -> !child.info().command().orElse("").endsWith("fuse2fs"))
        .map(ProcessHandle::pid);
  }

  private List<Thread> outputThreads() {
    return allOutputThreads().filter(thread -> !ofOtherTests.contains(thread)).toList();
  }

  private static Stream<Thread> allOutputThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("output"));
  }
}
