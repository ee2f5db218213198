package cn.ucloud.csi.udisk.orchestrator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cn.ucloud.csi.udisk.orchestrator.MountTable;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Busy;
import cn.ucloud.csi.udisk.orchestrator.demo.process.DemoError;
import cn.ucloud.csi.udisk.orchestrator.demo.process.ProcessLedger;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Program;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: loop devices and mounts")
class WorkplaceTest {
  @TempDir Path parent;
  Path directory;

  @BeforeEach
  void needRoot() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root: loop devices and mounts");
    directory = parent.toRealPath().resolve("demo");
  }

  @AfterEach
  void removeWhatAFailureLeft() {
    Workplace.open(directory).close();
  }

  @Test
  void closingLeavesNothing() throws IOException {
    Workplace workplace = Workplace.open(directory);
    Program program = workplace.start("sleeper", List.of("sleep", "600"), Map.of());
    occupy(directory);

    workplace.close();

    await().until(() -> !program.isRunning());
    assertNothingIsLeft();
  }

  /** A killed demo holds no lock and has cleaned nothing up. */
  @Test
  void nextDemoRemovesWhatAKilledOneLeft() throws IOException {
    Files.createDirectories(directory);
    ProcessLedger ledger =
        new ProcessLedger(directory.resolve("processes"), Duration.ofSeconds(10));
    Process process = new ProcessBuilder(ledger.entering(List.of("sleep", "600"))).start();
    await().until(() -> !ledger.living().isEmpty());
    occupy(directory);

    try (Workplace next = Workplace.open(directory)) {
      await().until(() -> !process.isAlive());
      assertThat(next.directory()).isEmptyDirectory();
      assertThat(MountTable.read().below(directory)).isEmpty();
      assertThat(loopsOf(directory)).isEmpty();
    }
    assertNothingIsLeft();
  }

  @Test
  void secondDemoIsTurnedAway() {
    try (Workplace first = Workplace.open(directory)) {
      assertThatThrownBy(() -> Workplace.open(directory))
          .isInstanceOf(Busy.class)
          .hasMessageContaining("another demo is running in " + directory);
      assertThat(first.directory()).isDirectory();
    }
  }

  @Test
  void nothingStartsAfterTheEnd() {
    Workplace workplace = Workplace.open(directory);
    workplace.close();

    assertThatThrownBy(() -> workplace.start("late", List.of("sleep", "600"), Map.of()))
        .isInstanceOf(DemoError.class);
  }

  /** A filesystem on a loop device, bound elsewhere, with something mounted over it. */
  private static void occupy(Path directory) throws IOException {
    Path images = Files.createDirectories(directory.resolve("region/disks"));
    Path image = images.resolve("bs-1.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(16 << 20);
    }
    Path staging = Files.createDirectories(directory.resolve("global mount"));
    Path target = Files.createDirectories(directory.resolve("pods"));
    String loop = Shell.output("losetup", "--find", "--show", image.toString());
    Shell.output("mkfs.ext4", "-q", loop);
    Shell.output("mount", loop, staging.toString());
    Shell.output("mount", "--bind", staging.toString(), target.toString());
    Shell.output("mount", "-t", "tmpfs", "none", target.toString());
    assertThat(MountTable.read().at(target)).hasSize(2);
    assertThat(loopsOf(directory)).hasSize(1);
  }

  private void assertNothingIsLeft() {
    assertThat(directory).doesNotExist();
    assertThat(MountTable.read().below(directory)).isEmpty();
    assertThat(loopsOf(directory)).isEmpty();
  }

  private static List<String> loopsOf(Path directory) {
    return Shell.output("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE")
        .lines()
        .filter(line -> line.contains(directory.toString()))
        .toList();
  }
}
