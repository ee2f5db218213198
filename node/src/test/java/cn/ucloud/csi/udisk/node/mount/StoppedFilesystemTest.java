package cn.ucloud.csi.udisk.node.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.request.StatsQuery;
import cn.ucloud.csi.udisk.node.space.StagedVolumes.Staged;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A filesystem that an error has stopped is seen, and is not handed on to the next pod. */
public final class StoppedFilesystemTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk publishedTo(String pod, FilesystemType type) throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    node().stage(type);
    node().publish(host.target(pod));
    Files.writeString(
        host.target(pod).resolve("file"),
        "kept",
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    return disk;
  }

  /** As an error does: ext4 and xfs have a switch for it. */
  private void stop(Disk disk, FilesystemType type) throws IOException {
    switch (type) {
      case EXT4 ->
          Files.writeString(
              Path.of("/sys/fs/ext4", disk.path().getFileName().toString(), "trigger_fs_error"),
              "1");
      case XFS -> Shell.run("xfs_io", "-x", "-c", "shutdown", host.staging("v"));
      case BTRFS -> {
        // What a failed transaction leaves: the filesystem is read-only, its mounts are not.
        Shell.run("mount", "-o", "remount,ro", host.staging("v"));
        Shell.run("mount", "-o", "remount,bind,rw", host.staging("v"));
      }
    }
  }

  private static List<Boolean> stopped(TestNode node) {
    return node.staged().look().stream()
        .filter(Staged::isMounted)
        .map(staged -> staged.stop().isPresent())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void theNextPodGetsItCheckedAndMountedAnew(FilesystemType type) throws IOException {
    Disk disk = publishedTo("p", type);
    TestNode watched = node();
    assertThat(stopped(watched)).containsExactly(false);
    stop(disk, type);
    assertThatThrownBy(() -> Files.writeString(host.target("p").resolve("file"), "lost"))
        .isInstanceOf(IOException.class);

    var _ = watched.stats().read(new StatsQuery(TestNode.VOLUME, host.target("p")));
    assertThat(stopped(watched)).containsExactly(true);
    assertThatThrownBy(() -> node().publishWorking(type, host.target("q")))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining(host.target("p").toString());
    assertThatThrownBy(() -> node().publish(host.target("q")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("has stopped");
    assertThat(host.target("q")).doesNotExist();

    node().unpublish(host.target("p"));
    node().publishWorking(type, host.target("q"));
    assertThat(host.target("q").resolve("file")).hasContent("kept");
    Files.writeString(host.target("q").resolve("file"), "written");
    var _ = watched.stats().read(new StatsQuery(TestNode.VOLUME, host.target("q")));
    assertThat(stopped(watched)).containsExactly(false);
    assertThat(host.mounts()).hasSize(2);
    if (type == FilesystemType.EXT4) {
      assertThat(Shell.run("dumpe2fs", "-h", disk.path())).doesNotContain("FS Error count");
    }
  }

  @Test
  void stagingAgainMountsItAnewToo() throws IOException {
    Disk disk = publishedTo("p", FilesystemType.EXT4);
    node().unpublish(host.target("p"));
    stop(disk, FilesystemType.EXT4);
    node().stage();
    Files.writeString(host.staging("v").resolve("file"), "written");
  }

  @Test
  void whoHasAFileOpenWithoutAMountKeepsItStoppedAndNoLonger() throws IOException {
    Disk disk = publishedTo("p", FilesystemType.EXT4);
    Path file = host.target("p").resolve("file");
    try (OutputStream _ = Files.newOutputStream(file)) {
      stop(disk, FilesystemType.EXT4);
      Shell.run("umount", "--lazy", host.target("p"));
      for (int call = 0; call < 2; call++) {
        assertThatThrownBy(() -> node().publishWorking(FilesystemType.EXT4, host.target("q")))
            .isInstanceOf(Unavailable.class)
            .hasMessageContaining("unmounted everywhere");
      }
    }
    node().publishWorking(FilesystemType.EXT4, host.target("q"));
    Files.writeString(host.target("q").resolve("file"), "written");
  }

  @Test
  void aKillAtAnyMomentLeavesWhatTheNextCallCompletes() throws IOException {
    Disk disk = publishedTo("p", FilesystemType.EXT4);
    node().unpublish(host.target("p"));
    stop(disk, FilesystemType.EXT4);
    KillPoint whole = KillPoint.never();
    new TestNode(host, whole).publishWorking(FilesystemType.EXT4, host.target("p"));
    assertThat(whole.moments()).contains("after unmount", "before e2fsck", "before mount");
    for (int moment = 0; moment < whole.moments().size(); moment++) {
      node().unpublish(host.target("p"));
      stop(disk, FilesystemType.EXT4);
      KillPoint clock = KillPoint.at(moment);
      assertThatThrownBy(
              () -> new TestNode(host, clock).publishWorking(FilesystemType.EXT4, host.target("p")))
          .isInstanceOf(Killed.class);
      node().publishWorking(FilesystemType.EXT4, host.target("p"));
      Files.writeString(host.target("p").resolve("file"), whole.moments().get(moment));
      assertThat(host.mounts()).as(whole.moments().get(moment)).hasSize(2);
    }
  }

  @Test
  void ext4StopsAtItsFirstErrorWhoeverMadeIt() throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", "-e", "continue", disk.path());
    host.attach(disk, "vdb", "vdb");
    node().stage();
    stop(disk, FilesystemType.EXT4);
    assertThatThrownBy(() -> Files.writeString(host.staging("v").resolve("file"), ""))
        // Linux 6.12 says this, others that it is read-only.
        .hasMessageMatching(".*(Read-only|Input/output error).*");
    node().unstage();
    assertThat(Shell.run("dumpe2fs", "-h", disk.path())).contains("FS Error count:");
  }

  @Test
  void ext4IsMadeToStopAtItsFirstError() throws IOException {
    Disk disk = publishedTo("p", FilesystemType.EXT4);
    assertThat(Shell.run("dumpe2fs", "-h", disk.path()))
        .containsPattern("Errors behavior: +Remount read-only");
  }

  @Test
  void whatIsStagedReadOnlyHasNotStopped() {
    Disk disk = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", disk.path());
    host.attach(disk, "vdb", "vdb");
    node().stageReadOnly(FilesystemType.EXT4);
    node().publishReadOnly(host.target("p"));
    assertThat(stopped(node())).containsExactly(false);
  }
}
