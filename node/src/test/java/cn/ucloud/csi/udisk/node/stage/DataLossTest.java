package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.Signatures;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.LinuxMounter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ways in which other drivers lost data, by their numbers (known failures D1). Twins of one xfs (6)
 * are in {@link FilesystemTypesTest} and {@link CopyTest}, raw disks that were "grown" inside (7)
 * in {@link cn.ucloud.csi.udisk.node.space.VolumeExpanderTest}.
 */
final class DataLossTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private void assertUntouched(Disk disk, Class<? extends DriverException> type, String says) {
    String before = disk.digest();
    for (FilesystemType asked : FilesystemType.values()) {
      assertThatThrownBy(() -> node().stage(asked)).isInstanceOf(type).hasMessageContaining(says);
    }
    assertThat(disk.digest()).isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void d1n1n2FullDiskThatCannotBeReadYetIsNotFormatted() throws IOException {
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", disk.path());
    Path whole = disk.file().resolveSibling("whole");
    Shell.run("sync", disk.path());
    Shell.run("cp", "--sparse=always", disk.file(), whole);
    try (FileChannel file = FileChannel.open(disk.file(), StandardOpenOption.WRITE)) {
      file.truncate(0);
    }
    Shell.run("blockdev", "--flushbufs", disk.path());
    assertThat(Shell.tryRun("blkid", "-p", disk.path()).exitCode())
        .as("blkid's answer for 'blank' and for 'cannot read'")
        .isEqualTo(2);
    for (FilesystemType asked : FilesystemType.values()) {
      assertThatThrownBy(() -> node().stage(asked)).isInstanceOf(Unavailable.class);
    }
    assertThat(Files.size(disk.file())).isZero();
    Shell.run("cp", "--sparse=always", whole, disk.file());
    Shell.run("blockdev", "--flushbufs", disk.path());
    node().stage();
    assertThat(host.mounts()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void d1n3FilesystemWithoutItsFirstSuperblockIsRefused(FilesystemType type) {
    Disk disk = attached();
    Shell.run("mkfs." + type, type == FilesystemType.EXT4 ? "-q" : "-f", disk.path());
    assertThat(disk.blkid("TYPE")).isEqualTo(type.toString());
    disk.write(0, new byte[128 << 10]);
    assertThat(disk.blkid("TYPE")).isEmpty();
    assertUntouched(disk, PreconditionFailed.class, "unknown data");
  }

  @Test
  void d1n4NamesThatTheKernelGaveAnewDoNotMatter() {
    Disk mine = attached();
    Disk other = host.disk(LoopHost.GIB);
    host.attach(other, "vdc", "vdc");
    node().stage();
    host.remove("vdb");
    host.remove("vdc");
    host.attach(other, "vdb", "vdc");
    host.attach(mine, "vdc", "vdb");
    String before = other.digest();
    node().stage();
    node().publish(host.target("p"));
    assertThat(host.mounts()).hasSize(2).allMatch(line -> line.contains(" " + mine.number() + " "));
    assertThat(other.digest()).isEqualTo(before);
  }

  /**
   * As many other disks are formatted as there is memory for; meanwhile this one is detached, and
   * another takes its name.
   */
  @Test
  void d1n4DiskThatTookTheNameOfOneWhoseMkfsWaitedForItsTurnIsNotFormatted() throws Exception {
    List<String> others = List.of("vdc", "vdd", "vde", "vdf", "vdg", "vdh", "vdi");
    host.attach(host.disk(LoopHost.GIB), "vdb", "vdb");
    for (String letter : others) {
      host.attach(host.disk(LoopHost.GIB), letter, letter);
    }
    CountDownLatch turns = new CountDownLatch(others.size());
    CountDownLatch go = new CountDownLatch(1);
    CommandRunner programs = new ProcessCommandRunner();
    CommandRunner slow =
        (limit, command) -> {
          if (command.getFirst().equals("mkfs.ext4") && !command.getLast().endsWith("vdb")) {
            turns.countDown();
            awaitUnchecked(go);
          }
          return programs.run(limit, command);
        };
    TestNode node = new TestNode(host, slow, new LinuxMounter(), BlankRule.ZEROS);
    Disk other = host.disk(LoopHost.GIB);
    Shell.run("mkfs.xfs", "-q", other.path());
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      try {
        for (String letter : others) {
          var _ =
              threads.submit(() ->
                  node.stageOther(new VolumeId("bsm-" + letter), letter, FilesystemType.EXT4));
        }
        awaitUnchecked(turns);
        Future<?> mine = threads.submit(() -> node.stage());
        await().until(() -> Files.exists(host.state().resolve(".formatting/bsm-test")));
        host.remove("vdb");
        host.attach(other, "vdb", "vdb");
        go.countDown();
        assertThatThrownBy(mine::get)
            .hasCauseInstanceOf(HostRefused.class)
            .hasMessageContaining("went away while other disks were formatted");
      } finally {
        go.countDown();
      }
    }
    assertThat(other.blkid("TYPE")).isEqualTo("xfs");
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void d1n4LetterThatTheCloudGaveToAnotherVolumeIsNoticedByEveryCall() {
    Disk mine = attached();
    node().stage();
    Disk other = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", "-U", VolumeUuid.of(new VolumeId("bsm-other")), other.path());
    host.remove("vdb");
    host.attach(other, "vdb", "vdb");
    host.attach(mine, "vdc", "vdc");
    String before = other.digest();
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> node().expand(host.staging("v"), LoopHost.GIB))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> node().stage()).isInstanceOf(PreconditionFailed.class);
    node().unstage();
    assertThat(host.mounts()).isEmpty();
    assertThat(other.digest()).isEqualTo(before);
  }

  @Test
  void d1n4BlankDiskThatHasTheLetterOfAStagedVolumeIsNotFormattedInItsPlace() {
    Disk mine = attached();
    node().stage();
    Disk blank = host.disk(LoopHost.GIB);
    host.remove("vdb");
    host.attach(blank, "vdb", "vdb");
    host.attach(mine, "vdc", "vdc");
    String before = blank.digest();
    assertThatThrownBy(() -> node().stage()).isInstanceOf(PreconditionFailed.class);
    assertThat(blank.digest()).isEqualTo(before);
    assertThat(host.mounts()).hasSize(1).allMatch(line -> line.contains(" " + mine.number() + " "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"blank", "ext4 without a stamp", "raw"})
  void d1n4OldLetterThatLeadsToADiskWithoutAStampIsNotBelieved(String what) {
    Disk other = attached();
    Disk mine = host.disk(LoopHost.GIB);
    host.attach(mine, "vdc", "vdc");
    if (!what.equals("blank")) {
      Shell.run("mkfs.ext4", "-q", other.path());
    }
    String before = other.digest();
    TestNode node = TestNode.listing(host, Map.of(TestNode.VOLUME, "vdc"));
    assertThatThrownBy(() -> stage(node, what))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("vdc");
    assertThat(other.digest()).isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
    stage(TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb")), what);
  }

  @Test
  void d1n4LetterIsBelievedWhileTheMetadataServerDoesNotAnswer() {
    attached();
    TestNode node =
        TestNode.asking(
            host,
            () -> {
              throw new Unavailable("no answer");
            });
    node.stage();
    assertThat(host.mounts()).hasSize(1);
  }

  private static void stage(TestNode node, String what) {
    if (what.equals("raw")) {
      node.stageRaw(false);
    } else {
      node.stage();
    }
  }

  @Test
  void d1n5StagingMountOfADiskThatLeftIsNotGivenToTheNext() {
    attached();
    node().stage();
    host.remove("vdb");
    Disk next = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", "-U", VolumeUuid.of(new VolumeId("bsm-next")), next.path());
    host.attach(next, "vdb", "vdb");
    String before = next.digest();
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> node().stage())
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("stamp of another volume");
    node().unstage();
    assertThat(host.mounts()).isEmpty();
    assertThat(next.digest()).isEqualTo(before);
  }

  @Test
  void d1n5BlankDiskWithTheLetterOfAStagedOneThatLeftIsNotFormattedInItsPlace() {
    attached();
    node().stage();
    host.remove("vdb");
    Disk next = host.disk(LoopHost.GIB);
    host.attach(next, "vdb", "vdb");
    String before = next.digest();
    assertThatThrownBy(() -> node().stage())
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("had a filesystem when it was staged from UCLOUD_DISK_VDB");
    assertThat(next.digest()).isEqualTo(before);
    node().unstage();
    assertThat(host.mounts()).isEmpty();
    assertThat(next.digest()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crypto_LUKS", "LVM2_member", "linux_raid_member", "zfs_member"})
  void d1n8DiskThatHoldsSomethingElseIsRefused(String type) {
    Disk disk = attached();
    Signatures.write(type, disk);
    assertThat(disk.blkid("TYPE")).isEqualTo(type);
    assertUntouched(disk, PreconditionFailed.class, "holds " + type);
  }

  @Test
  void d1n9DiskOfAnotherSizeIsRefused() {
    Disk small = host.disk(LoopHost.GIB / 2);
    host.attach(small, "vdb", "vdb");
    assertUntouched(small, PreconditionFailed.class, "it cannot be that volume");
    host.remove("vdb");
    Disk large = host.disk(2 * LoopHost.GIB);
    large.writeNoise(1 << 20, 16);
    host.attach(large, "vdb", "vdb");
    assertUntouched(
        large, PreconditionFailed.class, "larger than the 1 GiB that the publish context says");
  }
}
