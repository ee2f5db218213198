package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.mount.LinuxMounter;
import cn.ucloud.csi.udisk.node.request.Access;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process was killed just before mkfs; then somebody else was given the disk. */
final class StaleProofTest {
  private static final String MARKER = ".formatting/bsm-test";

  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk killedBeforeMkfs(FilesystemType type) {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    CommandRunner programs = new ProcessCommandRunner();
    CommandRunner killed =
        (limit, command) -> {
          if (command.getFirst().startsWith("mkfs.")) {
            throw new Killed("before " + command.getFirst());
          }
          return programs.run(limit, command);
        };
    assertThatThrownBy(
            () -> new TestNode(host, killed, new LinuxMounter(), BlankRule.ZEROS).stage(type))
        .isInstanceOf(Killed.class);
    assertThat(host.state().resolve(MARKER)).exists();
    return disk;
  }

  private static void write64Mib(Path device) throws IOException {
    byte[] noise = new byte[64 << 20];
    new Random(1).nextBytes(noise);
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      assertThat(channel.write(ByteBuffer.wrap(noise), 0)).isEqualTo(noise.length);
    }
  }

  private void assertNotFormatted(Disk disk, FilesystemType type) {
    String before = disk.digest();
    for (int twice = 0; twice < 2; twice++) {
      assertThatThrownBy(() -> node().stage(type))
          .isInstanceOf(PreconditionFailed.class)
          .hasMessageContaining("unknown data");
    }
    assertThat(disk.digest()).isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatAPodWroteToTheRawVolumeMeanwhileIsNotFormatted(FilesystemType type) throws IOException {
    Disk disk = killedBeforeMkfs(type);
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.ONE_WRITER);
    write64Mib(host.target("p"));
    node().unpublish(host.target("p"));
    node().unstage();
    assertNotFormatted(disk, type);
  }

  /** Staged raw by a process that did not know yet that this ends the proof. */
  @Test
  void whatAPodWroteToARawVolumeThatWasStagedBeforeAnUpgradeIsNotFormatted() throws IOException {
    Disk disk = killedBeforeMkfs(FilesystemType.EXT4);
    byte[] marker = Files.readAllBytes(host.state().resolve(MARKER));
    node().stageRaw(false);
    Files.write(host.state().resolve(MARKER), marker);
    node().publishRaw(host.target("p"), Access.ONE_WRITER);
    write64Mib(host.target("p"));
    node().unpublish(host.target("p"));
    node().unstage();
    assertNotFormatted(disk, FilesystemType.EXT4);
  }

  /** The letter in the first volume's publish context was an old one: the disk is another's. */
  @Test
  void whatAPodWroteToAnotherVolumeOnThatDiskIsNotFormatted() throws IOException {
    Disk disk = killedBeforeMkfs(FilesystemType.EXT4);
    StageCommand plain = node().stageCommand();
    node()
        .stage(
            new StageCommand(
                new VolumeId("bsm-other"),
                host.staging("other"),
                new VolumeUse.Raw(false),
                plain.context(),
                plain.origin()));
    write64Mib(disk.path());
    assertNotFormatted(disk, FilesystemType.EXT4);
  }

  @Test
  void filesystemThatAnotherDriverMadeAndMountedMeanwhileIsUsed() throws IOException {
    Disk disk = killedBeforeMkfs(FilesystemType.EXT4);
    Shell.run("mkfs.ext4", "-q", disk.path());
    Files.createDirectories(host.staging("v"));
    Shell.run("mount", disk.path(), host.staging("v"));
    node().publish(host.target("p"));
    Files.writeString(host.target("p").resolve("file"), "kept");
    node().unpublish(host.target("p"));
    node().unstage();
    node().stage();
    assertThat(host.staging("v").resolve("file")).hasContent("kept");
  }

  @Test
  void rawVolumeIsNotGivenToAPodWhileTheMkfsOfADeadProcessMayStillWrite() {
    Disk disk = killedBeforeMkfs(FilesystemType.EXT4);
    try (ExclusiveHold _ = ExclusiveHold.of(disk.path())) {
      assertThatThrownBy(() -> node().stageRaw(false))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("in use");
      assertThat(host.state().resolve(MARKER)).exists();
    }
    node().stageRaw(false);
    assertThat(host.state().resolve(MARKER)).doesNotExist();
  }

  @Test
  void markerThatNobodyCanReadStopsNoOtherVolume() throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    Path strange = Files.createDirectories(host.state().resolve(".formatting")).resolve("bsm-x");
    Files.writeString(strange, "boot=this-boot\nserial=x\ndevice=7:\ndiskseq=many\n");
    node().stageRaw(false);
    assertThat(strange).exists();
  }
}
