package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Restored and cloned disks: never formatted, never taken for their source, given a stamp. */
final class CopyTest {
  private static final VolumeId SOURCE = new VolumeId("bsm-source");
  private static final String OWN = VolumeUuid.of(TestNode.VOLUME).toString();
  private static final String SOURCES = VolumeUuid.of(SOURCE).toString();

  @RegisterExtension final LoopHost host = new LoopHost();

  /** The metadata server lists the copy under its letter. */
  private TestNode node() {
    return TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"));
  }

  /** A disk of the source volume, staged, with a file that was fsynced just now. */
  private Disk source(FilesystemType type) throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdc", "vdc");
    node().stageOther(SOURCE, "vdc", type);
    Path file = host.staging(SOURCE.value()).resolve("file");
    Shell.run("sync", "-f", host.staging(SOURCE.value()));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int _ = channel.write(ByteBuffer.wrap("kept".getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
    return disk;
  }

  private Disk copyOf(Disk source) {
    Disk copy = host.copyOf(source);
    assertThat(copy.blkid("UUID")).isEqualTo(SOURCES);
    host.attach(copy, "vdb", "vdb");
    return copy;
  }

  private Path kept() {
    return host.staging("v").resolve("file");
  }

  private void assertWritable() throws IOException {
    Files.writeString(host.staging("v").resolve("new"), "written to the copy");
    Shell.run("sync", "-f", host.staging("v"));
  }

  private void assertUntouched(
      Disk disk, Runnable call, Class<? extends DriverException> type, String says) {
    String before = disk.digest();
    assertThatThrownBy(call::run).isInstanceOf(type).hasMessageContaining(says);
    assertThat(disk.digest()).isEqualTo(before);
    assertThat(host.mounts()).noneMatch(line -> line.contains("plugins/v/"));
  }

  @ParameterizedTest
  @EnumSource
  void copyOfABlankDiskIsRefusedAndNeverFormatted(FilesystemType type) {
    Disk copy = host.disk(LoopHost.GIB);
    host.attach(copy, "vdb", "vdb");
    assertUntouched(
        copy,
        () -> node().stageCopy(type, SOURCE),
        PreconditionFailed.class,
        "a copy of bsm-source, which is never formatted");
  }

  @Test
  void copyThatHoldsSomethingUnknownOrCannotBeReadIsRefused() throws IOException {
    Disk copy = host.disk(LoopHost.GIB);
    host.attach(copy, "vdb", "vdb");
    copy.writeNoise(12345, 100);
    assertUntouched(
        copy,
        () -> node().stageCopy(FilesystemType.EXT4, SOURCE),
        PreconditionFailed.class,
        "unknown data at byte 12345");
    try (FileChannel file = FileChannel.open(copy.file(), StandardOpenOption.WRITE)) {
      file.truncate(4096);
    }
    assertThatThrownBy(() -> node().stageCopy(FilesystemType.EXT4, SOURCE))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("cannot read");
  }

  @ParameterizedTest
  @EnumSource
  void copyTakenUnderUseIsStampedAndMountedBesideItsMountedSource(FilesystemType type)
      throws IOException {
    Disk source = source(type);
    Disk copy = copyOf(source);
    if (type == FilesystemType.BTRFS) {
      assertThat(superblock(copy)).as("a log").doesNotContain("log_root 0");
    }
    node().stageCopy(type, SOURCE);
    assertThat(copy.blkid("UUID")).isEqualTo(OWN);
    assertThat(kept()).hasContent("kept");
    assertWritable();
    assertThat(host.staging(SOURCE.value()).resolve("new")).doesNotExist();
    Files.writeString(host.staging(SOURCE.value()).resolve("still"), "writable");
    assertThat(source.blkid("UUID")).isEqualTo(SOURCES);
    node().stageCopy(type, SOURCE);
    node().publish(host.target("p"));
    assertThat(node().expand(host.target("p"), LoopHost.GIB)).isEqualTo(LoopHost.GIB);
    node().unpublish(host.target("p"));
    node().unstage();
    node().stageCopy(type, SOURCE);
    assertThat(host.staging("v").resolve("new")).hasContent("written to the copy");
    node().unstage();
    node().unstageOther(SOURCE);
    assertThat(host.mounts()).isEmpty();
    assertSound(type, copy);
  }

  private static void assertSound(FilesystemType type, Disk disk) {
    switch (type) {
      case EXT4 -> Shell.run("e2fsck", "-f", "-n", disk.path());
      case XFS -> Shell.run("xfs_repair", "-n", disk.path());
      case BTRFS -> Shell.run("btrfs", "check", disk.path());
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoCopiesOfOneDiskAreMountedOnOneNode(FilesystemType type) throws IOException {
    Disk source = source(type);
    Disk first = copyOf(source);
    Disk second = host.copyOf(source);
    node().unstageOther(SOURCE);
    host.remove("vdc");
    node().stageCopy(type, SOURCE);
    VolumeId other = new VolumeId("bsm-second");
    host.attach(second, "vdd", "vdd");
    TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb", other, "vdd"))
        .stageOtherCopy(other, "vdd", type, SOURCE);
    assertThat(first.blkid("UUID")).isNotEqualTo(second.blkid("UUID"));
    assertThat(host.mounts()).hasSize(2);
    assertWritable();
    assertThat(host.staging("bsm-second").resolve("file")).hasContent("kept");
    assertThat(host.staging("bsm-second").resolve("new")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void largerCopyIsGrown(FilesystemType type) throws IOException {
    Disk copy = copyOf(source(type));
    host.enlarge(copy, "vdb", 3 * LoopHost.GIB);
    node().stageCopy(type, SOURCE);
    assertThat(Files.getFileStore(host.staging("v")).getTotalSpace())
        .isGreaterThan(3 * LoopHost.GIB * 9 / 10);
    assertThat(kept()).hasContent("kept");
  }

  @ParameterizedTest
  @EnumSource
  void copyOfTheClosedDriversFilesystemKeepsItsUuid(FilesystemType type) {
    Disk copy = host.disk(LoopHost.GIB);
    host.attach(copy, "vdb", "vdb");
    Shell.run("mkfs." + type, type == FilesystemType.EXT4 ? "-q" : "-f", copy.path());
    String uuid = copy.blkid("UUID");
    node().stageCopy(type, SOURCE);
    node().unstage();
    assertThat(copy.blkid("UUID")).isEqualTo(uuid);
  }

  @Test
  void anyOtherStampIsRefused() throws IOException {
    Disk copy = copyOf(source(FilesystemType.EXT4));
    assertUntouched(
        copy,
        () -> node().stageCopy(FilesystemType.EXT4, new VolumeId("bsm-third")),
        PreconditionFailed.class,
        "stamp of another volume, " + SOURCES);
    assertUntouched(
        copy, () -> node().stage(), PreconditionFailed.class, "stamp of another volume");
  }

  @ParameterizedTest
  @EnumSource
  void copyThatMayBeItsSourceIsLeftAloneUntilTheMetadataServerTells(FilesystemType type)
      throws IOException {
    Disk copy = copyOf(source(type));
    for (Map<VolumeId, String> listed :
        Stream.of(
                Map.of(SOURCE, "vdb"),
                Map.of(SOURCE, "vdc"),
                Map.of(TestNode.VOLUME, "vdc", SOURCE, "vdb"))
            .toList()) {
      assertUntouched(
          copy,
          () -> TestNode.listing(host, listed).stageCopy(type, SOURCE),
          Unavailable.class,
          "may be that very disk rather than its copy");
    }
    TestNode.listing(host, Map.of(new VolumeId("bsi-boot"), "vda")).stageCopy(type, SOURCE);
    assertThat(copy.blkid("UUID")).isEqualTo(OWN);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAListOfDisksACopyIsMountedAsItIsOrRefusedIfItIsBtrfs(FilesystemType type)
      throws IOException {
    Disk copy = copyOf(source(type));
    TestNode bareMetal = new TestNode(host);
    if (type == FilesystemType.BTRFS) {
      assertUntouched(
          copy,
          () -> bareMetal.stageCopy(type, SOURCE),
          PreconditionFailed.class,
          "mix up two btrfs of one UUID");
      return;
    }
    bareMetal.stageCopy(type, SOURCE);
    bareMetal.stageCopy(type, SOURCE);
    bareMetal.publish(host.target("p"));
    assertThat(bareMetal.expand(host.target("p"), LoopHost.GIB)).isEqualTo(LoopHost.GIB);
    assertThat(kept()).hasContent("kept");
    assertThat(copy.blkid("UUID")).isEqualTo(SOURCES);
  }

  @ParameterizedTest
  @EnumSource
  void copyThatSomebodyHoldsIsNotStamped(FilesystemType type) throws IOException {
    Disk copy = copyOf(source(type));
    try (ExclusiveHold _ = ExclusiveHold.of(copy.path())) {
      assertUntouched(
          copy, () -> node().stageCopy(type, SOURCE), Unavailable.class, "in use by something");
    }
  }

  @Test
  void programThatFailsWithExitCodeZeroIsNotBelieved() throws IOException {
    Disk copy = copyOf(source(FilesystemType.XFS));
    KillPoint clock = KillPoint.never().pretendingToRun("xfs_db");
    assertThatThrownBy(() ->
            TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"), clock)
                .stageCopy(FilesystemType.XFS, SOURCE))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("should carry the stamp " + OWN);
    assertThat(host.mounts()).hasSize(1);
    node().stageCopy(FilesystemType.XFS, SOURCE);
    assertThat(copy.blkid("UUID")).isEqualTo(OWN);
  }

  @ParameterizedTest
  @EnumSource
  void stampingGetsRightAfterAKillAtAnyMoment(FilesystemType type) throws IOException {
    Disk source = source(type);
    int moments = 1;
    for (int moment = 0; moment < moments; moment++) {
      Disk copy = copyOf(source);
      KillPoint clock = KillPoint.at(moment);
      try {
        TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"), clock).stageCopy(type, SOURCE);
      } catch (Killed _) {
        moments = moment + 2;
      }
      node().stageCopy(type, SOURCE);
      String when = "killed at moment " + moment + " after " + clock.moments();
      assertThat(kept()).as(when).hasContent("kept");
      assertThat(copy.blkid("UUID")).as(when).isEqualTo(OWN);
      assertThat(host.state().resolve(".stamping/bsm-test")).as(when).doesNotExist();
      assertThat(host.mounts()).as(when).hasSize(2);
      node().unstage();
      assertSound(type, copy);
      Shell.run("wipefs", "--all", copy.path());
      host.remove("vdb");
    }
    assertThat(moments).isGreaterThan(2);
  }

  @Test
  void killedWhileItReplaysTheLogUnstageLeavesNothingMounted() throws IOException {
    Disk source = source(FilesystemType.XFS);
    copyOf(source);
    node().unstageOther(SOURCE);
    KillPoint whole = KillPoint.never();
    TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"), whole)
        .stageCopy(FilesystemType.XFS, SOURCE);
    node().unstage();
    host.remove("vdb");
    copyOf(source);
    int replayed =
        IntStream.range(0, whole.moments().size())
            .filter(i -> whole.moments().get(i).equals("after mount"))
            .findFirst()
            .orElseThrow();
    KillPoint clock = KillPoint.at(replayed);
    assertThatThrownBy(() ->
            TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"), clock)
                .stageCopy(FilesystemType.XFS, SOURCE))
        .isInstanceOf(Killed.class);
    assertThat(host.mounts()).hasSize(1);
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class);
    node().unstage();
    assertThat(host.mounts()).isEmpty();
  }

  /** xfs_db empties the log with the new UUID, then writes the superblocks; here it got so far. */
  @Test
  void xfsWhoseLogHasTheNewStampAlreadyIsStampedToTheEnd() throws IOException {
    Disk source = source(FilesystemType.XFS);
    node().unstageOther(SOURCE);
    Disk stamped = host.copyOf(source);
    Shell.run("xfs_db", "-x", "-p", "xfs_admin", "-c", "uuid " + OWN, stamped.path());
    Disk copy = copyOf(source);
    long group = field(copy, "agblocks");
    long start = field(copy, "logstart");
    long bits = field(copy, "agblklog");
    long block = (start >> bits) * group + (start & ((1L << bits) - 1));
    Shell.run(
        "dd",
        "if=" + stamped.path(),
        "of=" + copy.path(),
        "bs=4096",
        "skip=" + block,
        "seek=" + block,
        "count=" + field(copy, "logblocks"),
        "conv=notrunc,fsync");
    assertThat(copy.blkid("UUID")).isEqualTo(SOURCES);
    Path place = Files.createDirectories(host.kubelet().resolve("place"));
    assertThat(Shell.tryRun("mount", copy.path(), place).exitCode()).isNotZero();
    node().stageCopy(FilesystemType.XFS, SOURCE);
    assertThat(copy.blkid("UUID")).isEqualTo(OWN);
    assertThat(kept()).hasContent("kept");
  }

  private static long field(Disk disk, String name) {
    String line = Shell.run("xfs_db", "-r", "-c", "sb 0", "-c", "print " + name, disk.path());
    return Long.parseLong(line.substring(line.indexOf('=') + 1).strip());
  }

  @Test
  void btrfsSaysWhatBtrfstuneWouldHaveMadeOfIt() throws IOException {
    Disk source = source(FilesystemType.BTRFS);
    node().unstageOther(SOURCE);
    Disk tuned = host.copyOf(source);
    Disk copy = copyOf(source);
    host.remove("vdc");
    Shell.run("btrfstune", "-f", "-M", OWN, tuned.path());
    node().stageCopy(FilesystemType.BTRFS, SOURCE);
    node().unstage();
    assertThat(superblock(copy)).containsExactlyElementsOf(superblock(tuned));
  }

  /** The fields that say which filesystem it is. */
  private static List<String> superblock(Disk disk) {
    return Shell.run("btrfs", "inspect-internal", "dump-super", disk.path())
        .lines()
        .map(line -> line.replaceAll("\\s+", " "))
        .filter(line ->
            line.matches("(csum_type|fsid|metadata_uuid|incompat_flags|dev_item.fsid|log_root) .*"))
        .toList();
  }
}
