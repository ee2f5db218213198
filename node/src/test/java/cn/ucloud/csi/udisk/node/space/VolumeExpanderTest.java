package cn.ucloud.csi.udisk.node.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.request.Access;
import cn.ucloud.csi.udisk.node.request.ExpandCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Disks that became larger: while they are mounted, raw, and between two nodes. */
final class VolumeExpanderTest {
  private static final long OLD = LoopHost.GIB;
  private static final long NEW = 3 * LoopHost.GIB;

  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(OLD);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private static long usable(Path path) throws IOException {
    return Files.getFileStore(path).getTotalSpace();
  }

  private static boolean growsMounted(FilesystemType type) {
    return type != FilesystemType.EXT4 || Privileges.haveSysResource();
  }

  @ParameterizedTest
  @EnumSource
  void mountedOneGrowsUnderWriteLoadOrSaysWhichPrivilegeIsMissing(FilesystemType type)
      throws Exception {
    Disk disk = attached();
    node().stage(type);
    node().publish(host.target("p"));
    AtomicBoolean enough = new AtomicBoolean();
    AtomicLong written = new AtomicLong();
    Path file = host.target("p").resolve("load");
    Thread writer = Thread.ofPlatform().start(() -> write(file, enough, written));
    host.enlarge(disk, "vdb", NEW);
    if (growsMounted(type)) {
      assertThat(node().expand(host.target("p"), NEW)).isEqualTo(NEW);
      assertThat(node().expand(host.target("p"), NEW)).isEqualTo(NEW);
      assertThat(usable(host.target("p"))).isGreaterThan(NEW * 9 / 10);
    } else {
      assertThatThrownBy(() -> node().expand(host.target("p"), NEW))
          .isInstanceOf(PreconditionFailed.class)
          .hasMessageContaining("CAP_SYS_RESOURCE");
      assertThat(usable(host.target("p"))).isLessThan(OLD);
    }
    enough.set(true);
    writer.join();
    assertThat(Files.size(file)).isEqualTo(written.get());
  }

  private static void write(Path file, AtomicBoolean enough, AtomicLong written) {
    byte[] block = new byte[65536];
    try (OutputStream out = Files.newOutputStream(file)) {
      do {
        out.write(block);
        written.addAndGet(block.length);
      } while (!enough.get() && written.get() < OLD / 4);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void d6n40LargerDiskIsGrownAtStageAndKeepsItsFiles(FilesystemType type) throws IOException {
    Disk disk = attached();
    node().stage(type);
    Files.writeString(host.staging("v").resolve("file"), "kept");
    node().unstage();
    host.enlarge(disk, "vdb", NEW);
    node().stage(type);
    assertThat(usable(host.staging("v"))).isGreaterThan(NEW * 9 / 10);
    assertThat(host.staging("v").resolve("file")).hasContent("kept");
    KillPoint again = KillPoint.never();
    node().unstage();
    new TestNode(host, again).stage(type);
    assertThat(again.moments()).noneMatch(moment -> moment.matches(".*(resize|grow).*"));
  }

  @ParameterizedTest
  @EnumSource
  void foreignFilesystemIsGrownAtStageToo(FilesystemType type) throws IOException {
    Disk disk = attached();
    Shell.run("mkfs." + type, type == FilesystemType.EXT4 ? "-q" : "-f", disk.path());
    host.enlarge(disk, "vdb", NEW);
    node().stage(type);
    assertThat(usable(host.staging("v"))).isGreaterThan(NEW * 9 / 10);
  }

  @ParameterizedTest
  @EnumSource
  void growthAtStageGetsRightAfterAKillAtAnyMoment(FilesystemType type) throws IOException {
    int moments = 1;
    for (int moment = 0; moment < moments; moment++) {
      Disk disk = attached();
      node().stage(type);
      node().unstage();
      host.enlarge(disk, "vdb", NEW);
      KillPoint clock = KillPoint.at(moment);
      try {
        new TestNode(host, clock).stage(type);
      } catch (Killed _) {
        moments = moment + 2;
      }
      node().stage(type);
      assertThat(usable(host.staging("v"))).as("moment %s", moment).isGreaterThan(NEW * 9 / 10);
      node().unstage();
      Shell.run("wipefs", "--all", disk.path());
      host.remove("vdb");
    }
    assertThat(moments).isGreaterThan(2);
  }

  /** Those that can; ext4 can in {@link GrowthInGuestTest}. */
  static Stream<FilesystemType> growMounted() {
    return Stream.of(FilesystemType.values()).filter(VolumeExpanderTest::growsMounted);
  }

  @ParameterizedTest
  @MethodSource("growMounted")
  void expansionOfAMountedOneGetsRightAfterAKillAtAnyMoment(FilesystemType type)
      throws IOException {
    int moments = 1;
    for (int moment = 0; moment < moments; moment++) {
      Disk disk = attached();
      node().stage(type);
      Files.writeString(host.staging("v").resolve("file"), "kept");
      host.enlarge(disk, "vdb", NEW);
      KillPoint clock = KillPoint.at(moment);
      try {
        new TestNode(host, clock).expand(host.staging("v"), NEW);
      } catch (Killed _) {
        moments = moment + 2;
      }
      assertThat(node().expand(host.staging("v"), NEW)).isEqualTo(NEW);
      assertThat(usable(host.staging("v"))).as("moment %s", moment).isGreaterThan(NEW * 9 / 10);
      assertThat(host.staging("v").resolve("file")).hasContent("kept");
      assertThat(host.mounts()).hasSize(1);
      node().unstage();
      Shell.run("wipefs", "--all", disk.path());
      host.remove("vdb");
    }
    assertThat(moments).isGreaterThan(2);
  }

  @Test
  void readOnlyStagingLeavesTheSizeAlone() throws IOException {
    Disk disk = attached();
    node().stage(FilesystemType.XFS);
    node().unstage();
    host.enlarge(disk, "vdb", NEW);
    node().stageReadOnly(FilesystemType.XFS);
    assertThat(usable(host.staging("v"))).isLessThan(OLD);
    assertThatThrownBy(() -> node().expand(host.staging("v"), NEW))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("read-only");
  }

  @Test
  void volumeOfTheClosedDriverGrows() throws IOException {
    Disk disk = attached();
    Shell.run("mkfs.xfs", "-q", disk.path());
    Files.createDirectories(host.staging("v"));
    Shell.run("mount", disk.path(), host.staging("v"));
    host.enlarge(disk, "vdb", NEW);
    assertThat(node().expand(host.staging("v"), NEW)).isEqualTo(NEW);
    assertThat(usable(host.staging("v"))).isGreaterThan(NEW * 9 / 10);
  }

  @Test
  void d1n7RawDiskThatHoldsAFilesystemIsNotTouched() {
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", disk.path());
    String before = disk.digest(OLD);
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.MANY_WRITERS);
    host.enlarge(disk, "vdb", NEW);
    KillPoint clock = KillPoint.never();
    assertThat(new TestNode(host, clock).expand(host.target("p"), NEW)).isEqualTo(NEW);
    assertThat(clock.moments()).isEmpty();
    assertThat(disk.digest(OLD)).isEqualTo(before);
  }

  @Test
  void rawDiskOfTheClosedDriverIsKnownByItsDeviceFile() throws IOException {
    Disk disk = attached();
    Files.createDirectories(host.target("p").getParent());
    Files.createFile(host.target("p"));
    Shell.run("mount", "--bind", host.dev().resolve("vdb"), host.target("p"));
    host.enlarge(disk, "vdb", NEW);
    assertThat(node().expand(host.target("p"), NEW)).isEqualTo(NEW);
  }

  @Test
  void newSizeThatDoesNotComeIsUnavailable() {
    attached();
    node().stage(FilesystemType.XFS);
    assertThatThrownBy(() -> node().expand(host.staging("v"), NEW))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("still has " + OLD);
    assertThat(node().expand(host.staging("v"), 0)).isEqualTo(OLD);
  }

  @Test
  void newSizeThatComesLaterIsWaitedFor() throws Exception {
    Disk disk = attached();
    node().stage(FilesystemType.XFS);
    TestNode patient = new TestNode(host, Duration.ofSeconds(20));
    AtomicLong size = new AtomicLong();
    Thread call = Thread.ofPlatform().start(() -> size.set(patient.expand(host.staging("v"), NEW)));
    host.enlarge(disk, "vdb", NEW);
    call.join();
    assertThat(size.get()).isEqualTo(NEW);
  }

  @Test
  void largerThanAllowedIsOutOfRange() {
    attached();
    node().stage(FilesystemType.XFS);
    ExpandCommand command =
        new ExpandCommand(TestNode.VOLUME, host.staging("v"), 0, Optional.of(OLD - 1));
    assertThatThrownBy(() -> node().expander().expand(command, Progress.unwatched()))
        .isInstanceOf(SizeOutOfRange.class);
  }

  @Test
  void pathWithoutAVolumeIsNotFoundAndAnotherVolumesDiskIsForbidden() {
    attached();
    assertThatThrownBy(() -> node().expand(host.staging("v"), OLD)).isInstanceOf(NotFound.class);
    node().stage(FilesystemType.XFS);
    ExpandCommand other =
        new ExpandCommand(new VolumeId("bsm-other"), host.staging("v"), OLD, Optional.empty());
    assertThatThrownBy(() -> node().expander().expand(other, Progress.unwatched()))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("stamp of another volume");
  }
}
