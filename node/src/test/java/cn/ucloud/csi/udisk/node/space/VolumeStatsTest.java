package cn.ucloud.csi.udisk.node.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.HangingSerial;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.linux.Space;
import cn.ucloud.csi.udisk.node.request.Access;
import cn.ucloud.csi.udisk.node.request.StatsQuery;
import cn.ucloud.csi.udisk.node.space.VolumeStats.Stats;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How full a volume is, also when it cannot say. */
final class VolumeStatsTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private TestNode node() {
    return new TestNode(host);
  }

  private static StatsQuery at(Path path) {
    return new StatsQuery(TestNode.VOLUME, path);
  }

  @ParameterizedTest
  @EnumSource
  void filesystemSaysWhatStatSays(FilesystemType type) throws IOException {
    attached();
    node().stage(type);
    node().publish(host.target("p"));
    Files.write(host.target("p").resolve("file"), new byte[5 << 20]);
    Shell.run("sync", "-f", host.target("p"));
    Space space = ((Stats.Filesystem) node().stats().read(at(host.target("p")))).space();
    List<Long> told =
        Arrays.stream(
                Shell.run("stat", "-f", "-c", "%S %b %f %a %c %d", host.target("p")).split(" "))
            .map(Long::parseLong)
            .toList();
    long block = told.get(0);
    assertThat(space)
        .isEqualTo(
            new Space(
                told.get(1) * block,
                told.get(2) * block,
                told.get(3) * block,
                told.get(4),
                told.get(5)));
    assertThat(space.usedBytes()).isGreaterThan(5 << 20);
    assertThat(space.inodes() > 0).isEqualTo(type != FilesystemType.BTRFS);
  }

  @Test
  void rawDiskSaysItsSize() {
    attached();
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.MANY_WRITERS);
    assertThat(node().stats().read(at(host.target("p")))).isEqualTo(new Stats.Raw(LoopHost.GIB));
  }

  /** On a virtual thread, so a read that hung would stop the whole process. */
  @Test
  @Timeout(value = Patience.SECONDS, threadMode = SEPARATE_THREAD)
  void rawDiskSaysItsSizeWhileSerialsHang() throws Exception {
    attached();
    host.attach(host.disk(LoopHost.GIB), "vdc", "vdc");
    TestNode node = node();
    node.stageRaw(false);
    node.publishRaw(host.target("p"), Access.MANY_WRITERS);
    Callable<Stats> question = () -> node.stats().read(at(host.target("p")));
    int more = Runtime.getRuntime().availableProcessors() + 1;
    try (HangingSerial _ = new HangingSerial(host, "vdc");
        HangingSerial _ = new HangingSerial(host, "vdb");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(Collections.nCopies(more, question))) {
        assertThat(answer.get()).isEqualTo(new Stats.Raw(LoopHost.GIB));
      }
      assertThat(HangingSerial.readers("vdb") + HangingSerial.readers("vdc")).isZero();
    }
  }

  @Test
  void pathWithoutTheVolumeIsNotFound() throws IOException {
    attached();
    assertThatThrownBy(() -> node().stats().read(at(host.target("p"))))
        .isInstanceOf(NotFound.class);
    node().stage();
    Files.createDirectories(host.target("p"));
    assertThatThrownBy(() -> node().stats().read(at(host.target("p"))))
        .isInstanceOf(NotFound.class);
    Shell.run("mount", "-t", "tmpfs", "none", host.target("p"));
    assertThatThrownBy(() -> node().stats().read(at(host.target("p"))))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void d6n38FilesystemThatHangsIsUnavailableAndHoldsOneThread() throws Exception {
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", disk.path());
    Path target = Files.createDirectories(host.target("p"));
    Process server =
        new ProcessBuilder("fuse2fs", "-f", "-o", "ro", disk.path().toString(), target.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (host.mounts().isEmpty() && server.isAlive()) {
        Thread.onSpinWait();
      }
      assertThat(host.mounts()).hasSize(1);
      Shell.run("kill", "-STOP", server.pid());
      VolumeStats stats = node().stats();
      Callable<Throwable> question =
          () -> {
            try {
              return new AssertionError(stats.read(at(target)).toString());
            } catch (Unavailable e) {
              return e;
            }
          };
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int round = 0; round < 2; round++) {
          for (var answer : threads.invokeAll(List.of(question, question, question))) {
            assertThat(answer.get())
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("has not answered");
          }
          assertThat(blockedThreads()).isEqualTo(1);
        }
      }
      Shell.run("kill", "-CONT", server.pid());
      assertThat(stats.read(at(target))).isInstanceOf(Stats.Filesystem.class);
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private static long blockedThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("space of " + TestNode.VOLUME))
        .count();
  }
}
