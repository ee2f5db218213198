package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.MountTable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as people run it: green twice in a row, also after any of its processes was killed. */
class DemoIT {
  private static final Path PLACE = Path.of("/var/lib/udisk-csi-demo");

  @TempDir private Path directory;
  private int runs;

  @BeforeEach
  void needRootAndNoOtherDemo() {
    Loops.assumeTheyCanBeMade();
    await().until(DemoIT::nobodyElseRunsIt);
  }

  /** Whatever an earlier one left, a demo removes it when it begins. */
  @AfterEach
  void removeWhatAFailureLeft() {
    if (Files.exists(PLACE)) {
      try (DemoRun broom = run()) {
        broom.awaitStep("One disk");
      }
    }
  }

  @Test
  void isGreenTwiceInARowAfterAnyOfItsProcessesWasKilled() {
    killed("simulator", "create a volume");
    killed("controller", "attach it to uhost-a");
    killed("node-a", "stage it: blank");

    run().awaitStep("publish it to a pod").killItself();
    assertThat(MountTable.read().below(PLACE)).as("what a killed demo leaves").isNotEmpty();
    assertThat(processes()).isNotEmpty();

    green();
    green();
  }

  /** The demo notices, says which process it was, and leaves nothing behind. */
  private void killed(String program, String step) {
    DemoRun run = run().awaitStep(step);
    run.kill(program);
    assertThat(run.awaitExit()).as(run.output()).isEqualTo(1);
    assertThat(run.output()).contains(program + " has ended, which it should not");
    assertNothingIsLeft();
  }

  private void green() {
    DemoRun run = run();
    assertThat(run.awaitExit()).as(run.output()).isZero();
    assertThat(run.output()).contains("All of it was true", "[UD120]", "[UD164]", "[UD166]");
    assertNothingIsLeft();
  }

  private DemoRun run() {
    return DemoRun.start(directory.resolve("demo-" + runs++ + ".txt"));
  }

  private static void assertNothingIsLeft() {
    assertThat(PLACE).doesNotExist();
    assertThat(MountTable.read().below(PLACE)).isEmpty();
    assertThat(Loops.below(PLACE)).isEmpty();
    assertThat(processes()).isEmpty();
  }

  /** All of them are told where to work. */
  private static List<String> processes() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains(PLACE + "/"))
        .toList();
  }

  private static boolean nobodyElseRunsIt() throws IOException {
    try (FileChannel lock =
        FileChannel.open(
            Path.of(PLACE + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      return lock.tryLock() != null;
    }
  }
}
