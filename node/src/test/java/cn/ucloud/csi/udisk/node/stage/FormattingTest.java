package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.MkfsOptions.Setting;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Filesystems made as a StorageClass wants them, and on disks of every size. */
final class FormattingTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private StageCommand command(FilesystemType type, int gib, MkfsOptions options) {
    return new StageCommand(
        TestNode.VOLUME,
        host.staging("v"),
        new VolumeUse.Filesystem(type, MountOptions.NONE),
        PublishContext.of(new DeviceName("vdb"), DiskSize.ofGib(gib)),
        TestNode.blank(options));
  }

  private Disk staged(FilesystemType type, int gib, MkfsOptions options) {
    Disk disk = host.disk(gib * LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    new TestNode(host).stage(command(type, gib, options));
    return disk;
  }

  @Test
  void ext4HasTheSizesThatTheClassAsksFor() {
    Disk disk =
        staged(
            FilesystemType.EXT4,
            1,
            new MkfsOptions(
                Map.of(
                    Setting.BLOCK_SIZE,
                    2048L,
                    Setting.INODE_SIZE,
                    512L,
                    Setting.BYTES_PER_INODE,
                    65536L)));
    assertThat(Shell.run("dumpe2fs", "-h", disk.path()).lines())
        .contains(
            "Block size:               2048",
            "Inode size:\t          512",
            "Inode count:              16384");
  }

  @Test
  void ext4HasTheNumberOfInodesThatTheClassAsksFor() {
    Disk disk = staged(FilesystemType.EXT4, 1, new MkfsOptions(Map.of(Setting.INODES, 8192L)));
    assertThat(Shell.run("dumpe2fs", "-h", disk.path()).lines())
        .contains("Inode count:              8192");
  }

  @Test
  void xfsHasTheSizesThatTheClassAsksFor() {
    staged(
        FilesystemType.XFS,
        1,
        new MkfsOptions(Map.of(Setting.BLOCK_SIZE, 2048L, Setting.INODE_SIZE, 1024L)));
    assertThat(Shell.run("xfs_info", host.staging("v"))).contains("isize=1024", "bsize=2048");
  }

  @ParameterizedTest
  @EnumSource
  void largestDiskIsReady(FilesystemType type) {
    staged(type, 32000, MkfsOptions.NONE);
    assertThat(host.mounts()).hasSize(1);
    new TestNode(host).unstage();
  }
}
