package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of a volume with each type of filesystem. */
final class FilesystemTypesTest {
  private static final String STAMP = VolumeUuid.of(TestNode.VOLUME).toString();

  @RegisterExtension final LoopHost host = new LoopHost();

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private TestNode node() {
    return new TestNode(host);
  }

  private static void make(FilesystemType type, Disk disk) {
    Shell.run("mkfs." + type, type == FilesystemType.EXT4 ? "-q" : "-f", disk.path());
  }

  @ParameterizedTest
  @EnumSource
  void fileOutlivesStagingPublishingAndAllCallsTwice(FilesystemType type) throws IOException {
    Disk disk = attached();
    Path file = host.target("p").resolve("file");
    for (int life = 0; life < 2; life++) {
      node().stage(type);
      node().stage(type);
      assertThat(disk.blkid("TYPE") + " " + disk.blkid("UUID")).isEqualTo(type + " " + STAMP);
      node().publish(host.target("p"));
      node().publish(host.target("p"));
      if (life == 0) {
        Files.writeString(file, "kept");
      }
      assertThat(file).hasContent("kept");
      assertThat(host.mounts()).hasSize(2);
      node().unpublish(host.target("p"));
      node().unpublish(host.target("p"));
      node().unstage();
      node().unstage();
      assertThat(host.mounts()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherTypeThanAskedForIsRefusedAndBothAreNamed(FilesystemType there) {
    Disk disk = attached();
    make(there, disk);
    String before = disk.digest();
    for (FilesystemType asked : FilesystemType.values()) {
      if (asked != there) {
        assertThatThrownBy(() -> node().stage(asked))
            .isInstanceOf(PreconditionFailed.class)
            .hasMessageContaining("holds " + there + ", but " + asked + " is asked for");
      }
    }
    assertThat(disk.digest()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void oneThatWasOverwrittenUnderItsMountIsNotPublished(FilesystemType type) {
    Disk disk = attached();
    node().stage(type);
    long superblock =
        switch (type) {
          case EXT4 -> 1024;
          case XFS -> 0;
          case BTRFS -> 64 << 10;
        };
    byte[] before = disk.read(superblock, 1024);
    disk.write(superblock, new byte[before.length]);
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("holds no superblock of " + type + " any more");
    disk.write(superblock, before);
    node().publish(host.target("p"));
  }

  /** A static PV, of which nobody has said what is on it. */
  @ParameterizedTest
  @EnumSource
  void whereNoTypeIsAskedForTheOneThatIsThereIsMounted(FilesystemType type) {
    VolumeUse nothingAsked =
        new VolumeUse.Filesystem(FilesystemType.DEFAULT, MountOptions.NONE, false);
    Disk disk = attached();
    make(type, disk);
    String uuid = disk.blkid("UUID");
    for (int twice = 0; twice < 2; twice++) {
      node().stage(node().stageCommand().with(nothingAsked));
      node().stage(node().stageCommand().with(nothingAsked));
      node().stage(type);
      assertThat(host.mounts()).hasSize(1);
      node().unstage();
    }
    assertThat(disk.blkid("TYPE") + disk.blkid("UUID")).isEqualTo(type + uuid);
    disk.write(0, new byte[128 << 10]);
    assertThatThrownBy(() -> node().stage(node().stageCommand().with(nothingAsked)))
        .isInstanceOf(PreconditionFailed.class);
    host.remove("vdb");
    Disk blank = attached();
    node().stage(node().stageCommand().with(nothingAsked));
    assertThat(blank.blkid("TYPE")).isEqualTo("ext4");
  }

  @ParameterizedTest
  @EnumSource
  void oneMadeByAnotherProgramIsMountedAndKeepsItsUuid(FilesystemType type) {
    Disk disk = attached();
    make(type, disk);
    String uuid = disk.blkid("UUID");
    node().stage(type);
    node().unstage();
    assertThat(disk.blkid("UUID")).isEqualTo(uuid);
  }

  @ParameterizedTest
  @EnumSource
  void stageGetsRightAfterAKillAtAnyMoment(FilesystemType type) {
    KillPoint whole = KillPoint.never();
    Disk first = attached();
    new TestNode(host, whole).stage(type);
    node().unstage();
    discard(first);
    assertThat(whole.moments()).contains("after mkfs." + type, "after mount");
    for (int moment = 0; moment < whole.moments().size(); moment++) {
      Disk disk = attached();
      KillPoint clock = KillPoint.at(moment);
      assertThatThrownBy(() -> new TestNode(host, clock).stage(type)).isInstanceOf(Killed.class);
      node().stage(type);
      assertThat(host.mounts()).as(whole.moments().get(moment)).hasSize(1);
      assertThat(disk.blkid("UUID")).isEqualTo(STAMP);
      node().unstage();
      discard(disk);
    }
  }

  /** mkfs.btrfs refuses a UUID that another disk of the machine has. */
  private void discard(Disk disk) {
    Shell.run("wipefs", "--all", disk.path());
    host.remove("vdb");
  }

  @Test
  void d1n6TwinsOfOneXfsAreMountedOnOneNode() throws IOException {
    Disk source = host.disk(LoopHost.GIB);
    make(FilesystemType.XFS, source);
    Disk copy = attached();
    Files.copy(source.file(), copy.file(), StandardCopyOption.REPLACE_EXISTING);
    copy = host.reattach(copy, "vdb", "vdb");
    Path elsewhere = Files.createDirectories(host.kubelet().resolve("elsewhere"));
    Shell.run("mount", source.path(), elsewhere);
    node().stage(FilesystemType.XFS);
    assertThat(host.mounts())
        .contains("kubelet/plugins/v/globalmount " + copy.number() + " rw")
        .hasSize(2);
  }

  @Test
  void copyOfAMountedBtrfsIsRefused() throws IOException {
    Disk disk = attached();
    make(FilesystemType.BTRFS, disk);
    String uuid = disk.blkid("UUID");
    Path mounted =
        Files.createDirectories(host.sysfs().resolve("fs/btrfs/" + uuid + "/devices/vdz"));
    Files.writeString(mounted.resolve("dev"), "253:400\n");
    assertThatThrownBy(() -> node().stage(FilesystemType.BTRFS))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("is a copy of the btrfs " + uuid)
        .hasMessageContaining("253:400");
    assertThat(host.mounts()).isEmpty();
    Files.writeString(mounted.resolve("dev"), disk.number() + "\n");
    node().stage(FilesystemType.BTRFS);
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void btrfsOverSeveralDisksIsRefused() {
    Disk disk = attached();
    Disk second = host.disk(LoopHost.GIB);
    Shell.run("mkfs.btrfs", "-f", disk.path(), second.path());
    assertThatThrownBy(() -> node().stage(FilesystemType.BTRFS))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("one of 2 disks of a btrfs");
  }

  @Test
  void btrfsThatLostItsDeviceIsUnmountedAndStagedAnew() {
    attached();
    node().stage(FilesystemType.BTRFS);
    host.remove("vdb");
    Disk back = host.disk(LoopHost.GIB);
    Shell.run("mkfs.btrfs", "-q", "-U", UUID.randomUUID(), back.path());
    host.attach(back, "vdc", "vdb");
    node().stage(FilesystemType.BTRFS);
    assertThat(MountTable.read().at(host.staging("v")))
        .singleElement()
        .satisfies(mount -> assertThat(mount.source()).endsWith("/dev/vdc"));
  }

  @Test
  void xfsHasExactlyTheFeaturesThatTheOldestKernelKnows() {
    Disk disk = attached();
    node().stage(FilesystemType.XFS);
    node().unstage();
    String fields =
        Shell.run(
            "xfs_db",
            "-r",
            "-c",
            "sb 0",
            "-c",
            "print versionnum features2 features_ro_compat features_incompat features_log_incompat",
            disk.path());
    // v5 with lazy counters; free inode btree and reflink; file types and sparse inodes.
    assertThat(fields.lines())
        .containsExactly(
            "versionnum = 0xb4a5",
            "features2 = 0x18a",
            "features_ro_compat = 0x5",
            "features_incompat = 0x3",
            "features_log_incompat = 0");
  }

  @Test
  void btrfsHasExactlyTheFeaturesThatTheOldestKernelKnows() {
    Disk disk = attached();
    node().stage(FilesystemType.BTRFS);
    node().unstage();
    String dump = Shell.run("btrfs", "inspect-internal", "dump-super", disk.path());
    // Free space tree, valid; mixed backref, extref, skinny metadata, no holes; and the one that
    // the kernel adds with its first transaction, big metadata (Linux 3.4).
    assertThat(dump.lines().map(line -> line.replaceAll("\\s+", " ")).toList())
        .contains("compat_flags 0x0", "compat_ro_flags 0x3")
        .containsAnyOf("incompat_flags 0x341", "incompat_flags 0x361");
  }
}
