package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.Gpt;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.Signatures;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.LinuxMounter;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What staging does, by what was on the disk before. Only a blank one may change by a bit. */
final class StageByContentTest {
  private static final String OWN_STAMP = VolumeUuid.of(TestNode.VOLUME).toString();

  @RegisterExtension final LoopHost host = new LoopHost();

  private Disk attached(long bytes) {
    Disk disk = host.disk(bytes);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private Disk attached() {
    return attached(LoopHost.GIB);
  }

  private void assertRefused(Disk disk, Class<? extends DriverException> type, String says) {
    String before = disk.digest();
    assertThatThrownBy(() -> new TestNode(host).stage())
        .isInstanceOf(type)
        .hasMessageContaining(says);
    assertThat(disk.digest()).as("bytes of the disk").isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
  }

  private void assertMounted(Disk disk) {
    assertThat(host.mounts())
        .containsExactly("kubelet/plugins/v/globalmount " + disk.number() + " rw");
  }

  private static void makeExt4(Disk disk, String uuid) {
    Shell.run("mkfs.ext4", "-q", "-U", uuid, disk.path());
  }

  @Test
  void blankIsFormattedStampedAndMounted() {
    Disk disk = attached();
    assertThat(disk.blkid("TYPE") + disk.blkid("PTTYPE")).isEmpty();
    new TestNode(host).stage();
    assertMounted(disk);
    assertThat(disk.blkid("UUID")).isEqualTo(OWN_STAMP);
    assertThat(host.state().resolve(".formatting/bsm-test")).doesNotExist();
  }

  @Test
  void theFilesystemHasExactlyTheFeaturesThatTheOldestKernelKnows() {
    Disk disk = attached();
    new TestNode(host).stage();
    new TestNode(host).unstage();
    String features =
        Shell.run("tune2fs", "-l", disk.path())
            .lines()
            .filter(line -> line.startsWith("Filesystem features:"))
            .findFirst()
            .orElseThrow();
    assertThat(features.substring(features.indexOf(':') + 1).strip().split(" "))
        .containsExactlyInAnyOrder(
            ("has_journal ext_attr resize_inode dir_index filetype extent 64bit flex_bg"
                    + " sparse_super large_file huge_file dir_nlink extra_isize metadata_csum"
                    + " metadata_csum_seed")
                .split(" "));
  }

  @Test
  void ext4OfOursKeepsItsFiles() throws IOException {
    attached();
    new TestNode(host).stage();
    Path file = host.staging("v").resolve("file");
    Files.writeString(file, "kept");
    new TestNode(host).unstage();
    assertThat(file).doesNotExist();
    new TestNode(host).stage();
    assertThat(file).hasContent("kept");
  }

  @Test
  void ext4OfTheClosedDriverIsMounted() {
    Disk disk = attached();
    String random = UUID.randomUUID().toString();
    makeExt4(disk, random);
    assertThat(disk.blkid("TYPE") + " " + disk.blkid("UUID")).isEqualTo("ext4 " + random);
    new TestNode(host).stage();
    assertMounted(disk);
    assertThat(disk.blkid("UUID")).isEqualTo(random);
  }

  @Test
  void anotherVolumesStampIsRefused() {
    Disk disk = attached();
    String stamp = VolumeUuid.of(new VolumeId("bsm-other")).toString();
    makeExt4(disk, stamp);
    assertThat(disk.blkid("UUID")).isEqualTo(stamp);
    assertRefused(disk, PreconditionFailed.class, "stamp of another volume");
  }

  @Test
  void xfsIsRefused() {
    Disk disk = attached();
    Shell.run("mkfs.xfs", "-q", disk.path());
    assertThat(disk.blkid("TYPE")).isEqualTo("xfs");
    assertRefused(disk, PreconditionFailed.class, "holds xfs, but ext4 is asked for");
  }

  @Test
  void btrfsIsRefused() {
    Disk disk = attached();
    Shell.run("mkfs.btrfs", "-q", disk.path());
    assertThat(disk.blkid("TYPE")).isEqualTo("btrfs");
    assertRefused(disk, PreconditionFailed.class, "holds btrfs, but ext4 is asked for");
  }

  @Test
  void swapIsRefused() {
    Disk disk = attached();
    Shell.run("mkswap", disk.path());
    assertThat(disk.blkid("TYPE")).isEqualTo("swap");
    assertRefused(disk, PreconditionFailed.class, "holds swap");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crypto_LUKS", "LVM2_member", "linux_raid_member", "zfs_member"})
  void luksLvmMdAndZfsAreRefused(String type) {
    Disk disk = attached();
    Signatures.write(type, disk);
    assertThat(disk.blkid("TYPE")).isEqualTo(type);
    assertRefused(disk, PreconditionFailed.class, "holds " + type);
  }

  @Test
  void mbrIsRefused() {
    Disk disk = attached();
    byte[] sector = new byte[512];
    sector[446 + 4] = (byte) 0x83;
    sector[446 + 8] = 8;
    sector[446 + 13] = 1;
    sector[510] = 0x55;
    sector[511] = (byte) 0xaa;
    disk.write(0, sector);
    assertThat(disk.blkid("PTTYPE")).isEqualTo("dos");
    assertRefused(disk, PreconditionFailed.class, "partition table (dos)");
  }

  @Test
  void gptIsRefused() {
    Disk disk = attached();
    Gpt.write(disk, LoopHost.GIB);
    assertThat(disk.blkid("PTTYPE")).isEqualTo("gpt");
    assertRefused(disk, PreconditionFailed.class, "partition table (gpt)");
  }

  @Test
  void backupOfAGptAloneIsRefused() {
    Disk disk = attached();
    disk.write(LoopHost.GIB - 512, "EFI PART".getBytes(StandardCharsets.US_ASCII));
    assertThat(disk.blkid("PTTYPE")).isEmpty();
    assertThat(disk.read(LoopHost.GIB - 512, 8)).asString().isEqualTo("EFI PART");
    assertRefused(disk, PreconditionFailed.class, "unknown data at byte 1073741312");
  }

  @Test
  void randomHeadIsRefused() {
    assertNoiseIsRefused(12345, 100);
  }

  @Test
  void randomTailIsRefused() {
    assertNoiseIsRefused(LoopHost.GIB - 1, 1);
  }

  @Test
  void randomBytesWhereABackupSuperblockLiesAreRefused() {
    assertNoiseIsRefused(3 * (128L << 20) + 0x38, 2);
  }

  private void assertNoiseIsRefused(long offset, int length) {
    Disk disk = attached();
    disk.writeNoise(offset, length);
    assertThat(disk.blkid("TYPE") + disk.blkid("PTTYPE")).isEmpty();
    assertThat(disk.read(offset, length)).isNotEqualTo(new byte[length]);
    assertRefused(disk, PreconditionFailed.class, "unknown data at byte " + offset);
  }

  @ParameterizedTest
  @EnumSource
  void zeroedSuperblockWithBackupsIntactIsRefused(FilesystemType type) {
    Disk disk = attached();
    Shell.run("mkfs." + type, type == FilesystemType.EXT4 ? "-q" : "-f", disk.path());
    assertThat(disk.blkid("TYPE")).isEqualTo(type.toString());
    disk.write(0, new byte[16 << 20]);
    assertThat(disk.blkid("TYPE") + disk.blkid("PTTYPE")).isEmpty();
    assertThat(disk.read(backupMagic(type), 2)).isNotEqualTo(new byte[2]);
    assertRefused(disk, PreconditionFailed.class, "unknown data at byte");
  }

  /** Where the first backup superblock on 1 GiB has its magic number. */
  private static long backupMagic(FilesystemType type) {
    return switch (type) {
      case EXT4 -> (128L << 20) + 0x38;
      case XFS -> 256L << 20;
      case BTRFS -> (64L << 20) + 0x40;
    };
  }

  @Test
  void truncatedBackingFileIsRefused() throws IOException {
    Disk disk = attached();
    try (var file = FileChannel.open(disk.file(), StandardOpenOption.WRITE)) {
      file.truncate(4096);
    }
    Shell.run("blockdev", "--flushbufs", disk.path());
    assertThat(
            Shell.tryRun("dd", "if=" + disk.path(), "of=/dev/null", "bs=4096", "skip=256").errors())
        .contains("Input/output error");
    assertThatThrownBy(() -> new TestNode(host).stage())
        .isInstanceOf(Unavailable.class)
        .hasMessageStartingWith("cannot read ")
        .hasMessageEndingWith(" of volume " + TestNode.VOLUME + ": EIO (input/output error)");
    assertThat(Files.size(disk.file())).isEqualTo(4096);
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void tooSmallIsRefused() {
    assertRefused(attached(LoopHost.GIB / 2), PreconditionFailed.class, "less than the 1 GiB");
  }

  @Test
  void tooLargeAndOursIsMountedAndGrown() throws IOException {
    Disk disk = attached(2 * LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", "-U", OWN_STAMP, disk.path(), "1G");
    assertThat(disk.blkid("UUID")).isEqualTo(OWN_STAMP);
    new TestNode(host).stage();
    assertMounted(disk);
    assertThat(Files.getFileStore(host.staging("v")).getTotalSpace())
        .isGreaterThan(LoopHost.GIB * 18 / 10);
  }

  @Test
  void blankAndLargerThanWhenItWasAttachedIsFormattedToItsWholeSize() throws IOException {
    Disk disk = attached(2 * LoopHost.GIB);
    new TestNode(host).stage();
    assertMounted(disk);
    assertThat(disk.blkid("UUID")).isEqualTo(OWN_STAMP);
    assertThat(Files.getFileStore(host.staging("v")).getTotalSpace())
        .isGreaterThan(LoopHost.GIB * 18 / 10);
  }

  /** Also if signatures are all that counts: its size does not show that it is the right disk. */
  @Test
  void largerThanWhenItWasAttachedAndNotBlankIsRefused() {
    Disk disk = attached(2 * LoopHost.GIB);
    disk.writeNoise(1 << 20, 1 << 20);
    assertRefused(
        disk, PreconditionFailed.class, "larger than the 1 GiB that the publish context says");
    String before = disk.digest();
    assertThatThrownBy(() -> signatures().stage())
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("delete the VolumeAttachment");
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void blankOfUnknownSizeIsRefused() {
    Disk disk = attached();
    String before = disk.digest();
    TestNode node = new TestNode(host);
    StageCommand command =
        node.stageCommand(new PublishContext(Optional.of(new DeviceName("vdb")), Optional.empty()));
    assertThatThrownBy(() -> node.stage(command))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("does not say how large");
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void blankUnderAnotherLetterIsFoundByItsSerial() {
    Disk mine = host.disk(LoopHost.GIB);
    Disk other = host.disk(LoopHost.GIB);
    host.attach(other, "vdb", "vdc");
    host.attach(mine, "vdc", "vdb");
    String before = other.digest();
    new TestNode(host).stage();
    assertMounted(mine);
    assertThat(other.digest()).isEqualTo(before);
  }

  @Test
  void staleDeviceFileIsRefused() {
    Disk mine = host.disk(LoopHost.GIB);
    Disk other = host.disk(LoopHost.GIB);
    host.describe(mine, "vdb", "vdb");
    host.makeNode("vdb", other.number());
    assertRefused(other, Unavailable.class, "stale device file");
  }

  @Test
  void noiseIsFormattedIfOnlySignaturesCountAndTheDiskWasMadeForTheVolume() {
    Disk disk = attached();
    disk.writeNoise(1 << 20, 1 << 20);
    signatures().stage();
    assertMounted(disk);
  }

  @Test
  void noiseOnADiskOfAnAdministratorIsRefusedEvenIfOnlySignaturesCount() {
    Disk disk = attached();
    disk.writeNoise(1 << 20, 1 << 20);
    String before = disk.digest();
    StageCommand command =
        new StageCommand(
            TestNode.VOLUME,
            host.staging("v"),
            new VolumeUse.Filesystem(FilesystemType.EXT4, MountOptions.NONE),
            PublishContext.of(new DeviceName("vdb"), DiskSize.ofGib(1)),
            TestNode.UNKNOWN_ORIGIN);
    assertThatThrownBy(() -> signatures().stage(command))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("unknown data at byte 1048576");
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void backupSuperblockIsRefusedEvenIfOnlySignaturesCount() {
    Disk disk = attached();
    makeExt4(disk, UUID.randomUUID().toString());
    disk.write(0, new byte[16 << 20]);
    String before = disk.digest();
    assertThatThrownBy(() -> signatures().stage())
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("ext2/3/4 backup superblock");
    assertThat(disk.digest()).isEqualTo(before);
  }

  private TestNode signatures() {
    return new TestNode(host, new ProcessCommandRunner(), new LinuxMounter(), BlankRule.SIGNATURES);
  }
}
