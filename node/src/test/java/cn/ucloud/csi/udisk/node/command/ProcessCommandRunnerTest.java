package cn.ucloud.csi.udisk.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessCommandRunnerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;

  private final CommandRunner runner = new ProcessCommandRunner();

  private CommandResult script(String text) {
    return runner.run(LIMIT, List.of("sh", "-c", text));
  }

  @Test
  void exitCodeAndBothStreamsAreGiven() {
    CommandResult result = script("echo out; echo err >&2; exit 3");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.output()).isEqualTo("out\n");
    assertThat(result.errors()).isEqualTo("err\n");
    assertThat(result.sentence()).endsWith("ended with exit code 3: err");
  }

  @Test
  void argumentsAreNotSplit() {
    assertThat(runner.run(LIMIT, List.of("echo", "a b", "$HOME")).output())
        .isEqualTo("a b $HOME\n");
  }

  @Test
  void muchOutputOnBothStreamsDoesNotBlockAndIsCut() {
    CommandResult result = script("yes | head -c 1000000; yes | head -c 1000000 >&2");
    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).hasSize(64 * 1024);
    assertThat(result.errors()).hasSize(64 * 1024);
  }

  @Test
  void inputIsEmptyAndTheLocaleIsC() {
    assertThat(script("cat; echo $LC_ALL").output()).isEqualTo("C\n");
  }

  @Test
  void missingProgramIsRefusedAndItsPackageNamed() {
    assertThatThrownBy(() -> runner.run(LIMIT, List.of("/nonexistent/program")))
        .isInstanceOf(HostRefused.class)
        .hasMessageContaining("cannot run /nonexistent/program");
  }

  @Test
  void timeOutKillsTheWholeTree() {
    Path pid = directory.resolve("pid");
    String script = "sleep 1000 & echo $! > " + pid + "; wait";
    assertThatThrownBy(() -> runner.run(Duration.ofMillis(500), List.of("sh", "-c", script)))
        .isInstanceOf(HostTimedOut.class);
    Awaitility.await().untilAsserted(() -> assertThat(isAlive(pid)).isFalse());
  }

  @Test
  void programThatReadsAndWritesIsNotKilledByTheClock() {
    String script = "end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done";
    assertThat(runner.run(Duration.ofMillis(600), List.of("sh", "-c", script)).exitCode()).isZero();
  }

  @Test
  void programThatWantsMoreMemoryThanItMayHaveFailsByItself() {
    String script = "cat /proc/self/oom_score_adj; echo $PART; exec tail -c 64M";
    List<String> command = List.of("sh", "-c", "head -c 64M /dev/zero | { " + script + "; }");
    Bounds bounds = new Bounds(LIMIT, 16L << 20, Map.of("PART", "given"));
    CommandResult result = runner.run(bounds, command);
    assertThat(result.output()).startsWith("1000\ngiven\n");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.sentence()).startsWith("sh -c").contains("memory");
  }

  @Test
  void interruptionKillsTheProgramAndIsRemembered() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> script("sleep 1000")).isInstanceOf(OutcomeUnknown.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static boolean isAlive(Path pid) throws Exception {
    return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .map(ProcessHandle::isAlive)
        .orElse(false);
  }

  @Test
  void programsThatLeaveTheirPipesOpenDoNotSilenceAllOthers() throws Exception {
    List<Callable<CommandResult>> leaving = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      leaving.add(() ->
          new ProcessCommandRunner()
              .run(Duration.ofSeconds(30), List.of("sh", "-c", "sleep 20 &")));
    }
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      var _ = threads.invokeAll(leaving);
      CommandResult other =
          new ProcessCommandRunner().run(Duration.ofSeconds(30), List.of("echo", "heard"));
      assertThat(other.output()).isEqualToIgnoringNewLines("heard");
    }
  }
}
