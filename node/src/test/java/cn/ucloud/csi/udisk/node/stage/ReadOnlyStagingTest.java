package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeContext.Content;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mountOptions: [ro]}: not a byte of the disk is changed, whatever is on it. */
final class ReadOnlyStagingTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private static String flag(Disk disk) {
    return Shell.run("blockdev", "--getro", disk.path());
  }

  @ParameterizedTest
  @EnumSource
  void blankDiskIsRefusedAndFormattedOnceItMayBeWritten(FilesystemType type) {
    Disk disk = attached();
    String before = disk.digest();
    assertThatThrownBy(() -> node().stageReadOnly(type))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("is blank, and the volume is to be mounted read-only");
    assertThat(disk.digest()).isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
    node().stage(type);
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void ext4ThatNeedsARepairIsNotRepaired() {
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", "-U", VolumeUuid.of(TestNode.VOLUME), disk.path());
    Shell.run("debugfs", "-w", "-R", "set_super_value free_blocks_count 7", disk.path());
    Shell.run("debugfs", "-w", "-R", "set_super_value state 0", disk.path());
    String before = disk.digest();
    node().stageReadOnly(FilesystemType.EXT4);
    assertThat(host.mounts().getFirst()).endsWith(" ro");
    node().unstage();
    assertThat(disk.digest()).isEqualTo(before);
    assertThat(flag(disk)).isEqualTo("0");
    node().stage();
    assertThat(disk.digest()).isNotEqualTo(before);
  }

  /** As a host that lost its power leaves it, after a database has called fsync. */
  @ParameterizedTest
  @EnumSource
  void filesystemWhoseLogIsNotEmptyIsNotReplayed(FilesystemType type) throws IOException {
    Disk used = attached();
    node().stage(type);
    Path file = host.staging("v").resolve("file");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}));
      channel.force(true);
    }
    Disk disk = host.copyOf(used);
    node().unstage();
    host.remove("vdb");
    host.attach(disk, "vdb", "vdb");
    String before = disk.digest();
    for (int twice = 0; twice < 2; twice++) {
      assertThatThrownBy(() -> node().stageReadOnly(type))
          .isInstanceOf(HostRefused.class)
          .hasMessageContaining("must be mounted writable once");
    }
    assertThat(disk.digest()).isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
    assertThat(flag(disk)).isEqualTo("0");
    node().stage(type);
    assertThat(file).exists();
    node().unstage();
    node().stageReadOnly(type);
    assertThat(file).exists();
  }

  @Test
  void copyKeepsTheStampOfItsSource() {
    VolumeId source = new VolumeId("bsm-source");
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", "-U", VolumeUuid.of(source), disk.path());
    String before = disk.digest();
    StageCommand plain = node().stageCommand();
    StageCommand copy =
        new StageCommand(
            plain.volume(),
            plain.stagingPath(),
            new VolumeUse.Filesystem(FilesystemType.EXT4, MountOptions.NONE.readOnly()),
            plain.context(),
            TestNode.origin(Content.COPY, Optional.of(source)));
    TestNode node = TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"));
    node.stage(copy);
    node.unstage();
    assertThat(disk.digest()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"before mount", "after mount"})
  void processThatWasKilledMeanwhileLeavesNoDiskThatStaysReadOnly(String moment) {
    Disk disk = attached();
    node().stage();
    node().unstage();
    KillPoint whole = KillPoint.never();
    new TestNode(host, whole).stageReadOnly(FilesystemType.EXT4);
    node().unstage();
    KillPoint clock = KillPoint.at(whole.moments().indexOf(moment));
    assertThatThrownBy(() -> new TestNode(host, clock).stageReadOnly(FilesystemType.EXT4))
        .isInstanceOf(Killed.class)
        .hasMessage(moment);
    node().stageReadOnly(FilesystemType.EXT4);
    node().unstage();
    assertThat(flag(disk)).isEqualTo("0");
    node().stage();
    assertThat(host.mounts().getFirst()).endsWith(" rw");
    assertThat(host.state().resolve(".read-only/bsm-test")).doesNotExist();
  }
}
