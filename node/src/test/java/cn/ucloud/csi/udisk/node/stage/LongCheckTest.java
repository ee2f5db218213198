package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.LinuxMounter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Other volumes of a node where checks take hours. */
final class LongCheckTest {
  private static final VolumeId FIRST = new VolumeId("bsm-first");
  private static final VolumeId SECOND = new VolumeId("bsm-second");
  private static final VolumeId CLEAN = new VolumeId("bsm-clean");
  private static final VolumeId NEW = new VolumeId("bsm-new");

  @RegisterExtension final LoopHost host = new LoopHost();

  private final CommandRunner programs = new ProcessCommandRunner();
  private final CountDownLatch begun = new CountDownLatch(2);
  private final CountDownLatch end = new CountDownLatch(1);

  private CommandResult runSlowly(Duration limit, List<String> command) {
    if (command.getFirst().equals("e2fsck")) {
      begun.countDown();
      await(end);
    }
    return programs.run(limit, command);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Disk used(VolumeId volume, String letter, FilesystemType type) {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, letter, letter);
    new TestNode(host).stageOther(volume, letter, type);
    new TestNode(host).unstageOther(volume);
    return disk;
  }

  @Test
  void twoLongChecksStopNeitherCleanXfsNorABlankDisk() throws Exception {
    Shell.run("tune2fs", "-E", "force_fsck", used(FIRST, "vdb", FilesystemType.EXT4).path());
    Shell.run("tune2fs", "-E", "force_fsck", used(SECOND, "vdc", FilesystemType.EXT4).path());
    used(CLEAN, "vdd", FilesystemType.XFS);
    host.attach(host.disk(LoopHost.GIB), "vde", "vde");
    TestNode node = new TestNode(host, this::runSlowly, new LinuxMounter(), BlankRule.ZEROS);
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      try {
        Future<?> first = threads.submit(() -> node.stageOther(FIRST, "vdb", FilesystemType.EXT4));
        Future<?> second =
            threads.submit(() -> node.stageOther(SECOND, "vdc", FilesystemType.EXT4));
        await(begun);
        threads.submit(() -> node.stageOther(CLEAN, "vdd", FilesystemType.XFS)).get();
        threads.submit(() -> node.stageOther(NEW, "vde", FilesystemType.BTRFS)).get();
        assertThat(host.mounts()).hasSize(2);
        end.countDown();
        first.get();
        second.get();
        assertThat(host.mounts()).hasSize(4);
      } finally {
        end.countDown();
      }
    }
  }
}
